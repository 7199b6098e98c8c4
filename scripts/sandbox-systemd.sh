# Sourced by scripts/sandbox, which is in namespaces of its own: a journal and a user's systemd manager, without a system one.
# shellcheck shell=sh disable=SC2154 # uid, runtime_directory: the sandbox's

# A /run and a /var/log/journal for us alone, and systemd-journald in them.
start_journal() {
  for program in systemd systemd-journald; do
    [ -x /lib/systemd/$program ] || die "sandbox: /lib/systemd/$program is missing: apt-get install systemd dbus-user-session"
  done
  resolv_conf=$(readlink -f /etc/resolv.conf || :)
  kept=$(cat "$resolv_conf" 2>/dev/null || :)
  mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
  case $resolv_conf in
    /run/*) mkdir -p "$(dirname "$resolv_conf")" && printf '%s\n' "$kept" >"$resolv_conf" ;;
  esac
  mount -t tmpfs -o mode=755 tmpfs /var/log
  mkdir -p /run/lock /run/user /run/systemd/system /run/systemd/journal /run/systemd/journald.conf.d /run/systemd/user-generators
  chown "$TEST_USER" /run/systemd/user-generators
  # It asks the system's manager again and again, and quadlets wait for it: Podman 5 brings it.
  waiting=/run/systemd/user/podman-user-wait-network-online.service.d
  mkdir -p $waiting
  printf '[Service]\nExecStart=\nExecStart=/bin/true\n' >$waiting/sandbox.conf
  # Only there are there journals for each user, which the user may read.
  mkdir -p /var/log/journal
  : >/run/systemd/journal/flushed
  # The kernel's messages and its audit are the host's. A test may log much.
  printf '[Journal]\nAudit=no\nReadKMsg=no\nStorage=persistent\nRateLimitIntervalSec=0\n' >/run/systemd/journald.conf.d/sandbox.conf
  if [ ! -s /etc/machine-id ]; then
    tr -d - </proc/sys/kernel/random/uuid >/run/machine-id
    [ -e /etc/machine-id ] || : >/etc/machine-id
    mount --bind /run/machine-id /etc/machine-id
  fi
  /lib/systemd/systemd-journald >/run/journald.log 2>&1 </dev/null &
  wait_for "the journal" test -S /run/systemd/journal/socket
}

# start_user_manager GROUP: `systemd --user` of the test user, in that cgroup, which is its `init.scope`.
start_user_manager() {
  # podman takes the name of the first process for the host's init.
  echo systemd >/proc/1/comm
  # The manager must not take the command's stdio for its own.
  (
    echo 0 >"$1/cgroup.procs"
    as_test_user XDG_RUNTIME_DIR="$runtime_directory" SYSTEMD_LOG_TARGET=journal /lib/systemd/systemd --user
  ) >/run/user-manager.log 2>&1 </dev/null &
  wait_for "the user's systemd manager" user_manager_is_up
}

user_manager_is_up() {
  [ -S "$runtime_directory/bus" ] &&
    (as_test_user XDG_RUNTIME_DIR="$runtime_directory" systemctl --user is-active --quiet default.target)
}

# wait_for WHAT COMMAND...: until COMMAND succeeds.
wait_for() {
  what=$1
  shift
  for _ in $(seq 100); do
    if "$@" 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  die "sandbox: $what did not come up: $(cat /run/*.log)"
}
