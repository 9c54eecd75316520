#!/bin/sh
# Proves the data of a running database: a thin wrapper of mockupaws verify-data.
set -u

# The directory of this file, through symbolic links.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
home=$(cd "$(dirname "$self")/.." && pwd -P) || exit 1
# shellcheck source=scripts/run.sh
. "$home/scripts/run.sh"

find_environment || exit
begin_log verify
run verify-data "$@"
exit "$status"
