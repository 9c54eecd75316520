#!/bin/sh
# Restores: a thin wrapper of mockupaws, whose destination is the database of DATABASE_URL unless
# another one is named.
set -u

usage() {
  cat <<'TEXT'
Usage: restore.sh latest|FILE|s3://BUCKET/PATH|BACKUP [options of mockupaws restore]

  restore.sh latest                                      the newest dump, into DATABASE_URL
  restore.sh s3://bucket/path                            that dump; likewise a file
  restore.sh latest --target-time "2026-04-07 14:30:00"  that moment; UTC unless the time says otherwise
  restore.sh FILE --verify-only                          reads it to its end, restores nothing
  restore.sh latest --replace                            beside a database that is not empty, then in its place

Settings come from the environment, else from the file of MOCKUPAWS_ENVIRONMENT, else from
/etc/mockupaws/environment or /etc/default/mockupaws. Logs: restore_*.log in BACKUP_LOG_DIR.

Exit status: 0 done, 1 failed, 2 wrong use, 3 done but a promise is not kept
TEXT
}

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

if [ $# -eq 0 ]; then
  usage >&2
  exit 2
fi
destination=
for word in "$@"; do
  case $word in
    -h | --help)
      usage
      exit 0
      ;;
    --to-database | --to-database=* | --to-dir | --to-dir=* | --in-place | --verify-only)
      destination=given
      ;;
  esac
done
find_environment || exit
begin_log restore
if [ -n "$destination" ]; then
  run restore "$@"
else
  # The name, not the address: a password would stand in the process list.
  # shellcheck disable=SC2016
  run restore "$@" --to-database '${DATABASE_URL}'
fi
exit "$status"
