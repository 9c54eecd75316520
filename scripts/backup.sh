#!/bin/sh
# Backs up: a thin wrapper of mockupaws, for cron and for hands.
set -u

usage() {
  cat <<'TEXT'
Usage: backup.sh full|wal|config|cleanup [--dry-run] [options of the command]

  full      a logical and a physical backup; one that fails does not keep the other one from being
            taken. An empty repository is initialised, replication slot included, never a role
  wal       brings the WAL written so far into the repository, and shows what is missing
  config    PostgreSQL's configuration, roles and tablespaces
  cleanup   removes what no rule keeps, in all stores, and old logs of these scripts

Settings come from the environment, else from the file of MOCKUPAWS_ENVIRONMENT, else from
/etc/mockupaws/environment or /etc/default/mockupaws. Logs: backup_*.log in BACKUP_LOG_DIR.

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

kind=${1:-}
[ $# -eq 0 ] || shift
dry=
for word in "$@"; do
  case $word in
    --dry-run) dry=1 ;;
    -h | --help) kind=--help ;;
  esac
done
case $kind in
  full | config | cleanup) ;;
  wal)
    if [ -n "$dry" ]; then
      say "backup.sh wal has no --dry-run: it only brings in what is missing; see mockupaws wal gaps"
      exit 2
    fi
    ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
find_environment || exit
begin_log "backup_$kind"

# Only where nothing is there yet: what was made once and taken away is not made again by itself.
initialise() {
  found=$("$home/mockupaws" list --kind config --output json "$@" 2>/dev/null </dev/null)
  case $found in
    *'"MAW300"'* | *'has no cluster yet'*) ;;
    *) return ;;
  esac
  if [ -n "$dry" ]; then
    note "the repository is empty: it would be initialised, replication slot included"
    exit 0
  fi
  note "the repository is empty: initialising it, with the cluster and its replication slot; no role is made"
  run init "$@"
  case $status in
    0 | 3) count "$status" ;;
    *) exit "$status" ;;
  esac
}

clean_logs() {
  folder=${BACKUP_LOG_DIR:-$home/storage/logs}
  days=${BACKUP_RETENTION_DAYS:-30}
  days=${days%d}
  case $days in '' | *[!0-9]*) return ;; esac
  [ -d "$folder" ] || return
  action=-delete
  words="removed: "
  if [ -n "$dry" ]; then
    action=-print
    words="would be removed: "
  fi
  old=$(find "$folder" -maxdepth 1 -type f \
    \( -name 'backup_*.log' -o -name 'restore_*.log' -o -name 'verify_*.log' \
    -o -name 'restore_*_before.json' \) \
    -mtime "+$days" -print "$action" 2>/dev/null | sort -u | wc -l)
  note "logs older than $days days ${words}$((old))"
}

case $kind in
  full)
    initialise "$@"
    run backup --kind logical "$@"
    count "$status"
    run backup "$@"
    count "$status"
    ;;
  wal)
    run stream --once "$@"
    count "$status"
    run wal gaps "$@"
    count "$status"
    ;;
  config)
    initialise "$@"
    run backup --kind config "$@"
    count "$status"
    ;;
  cleanup)
    run cleanup "$@"
    count "$status"
    clean_logs
    ;;
esac
exit "$worst"
