# Read by backup.sh, restore.sh and verify-data.sh: the environment file, the log, running a command.
# shellcheck shell=sh
# They give `home`, the installation's directory.

: "${PATH:=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
export PATH

say() { printf '%s\n' "$*" >&2; }

# Exports what a file of NAME=VALUE lines says, as systemd reads one: values may stand in quotes,
# nothing in them is expanded. What the environment has already counts, but for PATH and HOME, which
# cron sets by itself.
load_environment() {
  number=0
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    case $line in
      '' | '#'* | ';'*) continue ;;
      export[[:space:]]*)
        line=${line#export}
        line=${line#"${line%%[![:space:]]*}"}
        ;;
    esac
    name=${line%%=*}
    case $name in
      "$line" | '' | [0-9]* | *[!A-Za-z0-9_]*)
        say "$1, line $number: not NAME=VALUE"
        return 2
        ;;
    esac
    value=${line#*=}
    case $value in
      \"*\")
        value=${value#\"}
        value=${value%\"}
        case $value in *\\*) value=$(printf '%s\n' "$value" | sed 's/\\\(["\\$`]\)/\1/g') ;; esac
        ;;
      \'*\')
        value=${value#\'}
        value=${value%\'}
        ;;
    esac
    eval "known=\${$name+known}"
    case $name in PATH | HOME) known= ;; esac
    [ -n "$known" ] || export "$name=$value"
  done <"$1"
}

# The file of MOCKUPAWS_ENVIRONMENT, else the first that can be read of the usual ones.
find_environment() {
  if [ -n "${MOCKUPAWS_ENVIRONMENT:-}" ]; then
    if [ ! -r "$MOCKUPAWS_ENVIRONMENT" ]; then
      say "MOCKUPAWS_ENVIRONMENT: $MOCKUPAWS_ENVIRONMENT cannot be read"
      return 2
    fi
    load_environment "$MOCKUPAWS_ENVIRONMENT"
    return
  fi
  for file in /etc/mockupaws/environment /etc/default/mockupaws; do
    if [ -r "$file" ]; then
      load_environment "$file"
      return
    fi
  done
}

# One file a run. A log that cannot be written never keeps a run from its work.
log=
begin_log() {
  folder=${BACKUP_LOG_DIR:-$home/storage/logs}
  log=$folder/$1_$(date -u +%Y%m%d_%H%M%S)_$$.log
  # shellcheck disable=SC2174  # folders above are others' business
  if ! (umask 077 && mkdir -p "$folder" && : >"$log") 2>/dev/null; then
    say "no log can be written in $folder: everything goes to standard error"
    log=
  else
    export BACKUP_LOG_DIR="$folder" # what a restore records of the state before lies beside its log
  fi
}

note() {
  if [ -n "$log" ]; then
    printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" | tee -a "$log" 2>/dev/null
  else
    say "$(date -u +%Y-%m-%dT%H:%M:%SZ) $*"
  fi
}

# Runs one command of the program to its end; its status is in `status`.
run() {
  # The program refuses a password in an address; the line is in the log before it can.
  note "mockupaws $(printf '%s' "$*" | sed -E 's#(://[^/@: ]*):[^/ ]*@#\1:***@#g')"
  if [ -n "$log" ]; then
    {
      status=$(
        {
          {
            "$home/mockupaws" "$@" </dev/null 2>&1 3>&- 4>&-
            echo $? >&3
          } | tee -a "$log" >&4
        } 3>&1
      )
    } 4>&1
  else
    "$home/mockupaws" "$@" </dev/null >&2
    status=$?
  fi
  note "ended with status $status"
}

# The status of several commands: failed, wrong use, a promise not kept, done; in this order.
worst=0
count() {
  case $worst,$1 in
    0,*) worst=$1 ;;
    *,0 | "$1,$1") ;;
    3,*) worst=$1 ;;
    2,3) ;;
    2,*) worst=1 ;;
    *) ;;
  esac
}
