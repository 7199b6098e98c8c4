# Sourced by scripts that root may start: a user without rights, and how to become it.
# shellcheck shell=sh

TEST_USER=${TSPOD_TEST_USER:-tspod-test}

make_test_user() {
  id "$TEST_USER" >/dev/null 2>&1 || useradd --create-home --shell /bin/sh "$TEST_USER"
  for kind in subuid subgid; do
    # useradd gives a range by itself where /etc/login.defs says so.
    grep -q "^$TEST_USER:" /etc/$kind 2>/dev/null || usermod --add-${kind}s "$(free_range /etc/$kind)" "$TEST_USER"
  done
}

# A range of 65536 ids behind all that are given away in FILE.
free_range() {
  awk -F: 'BEGIN { free = 100000 } $2 + $3 > free { free = $2 + $3 } END { print free "-" free + 65535 }' "$1" 2>/dev/null ||
    echo 100000-165535
}

# as_test_user [NAME=VALUE]... COMMAND...: replaces this shell.
as_test_user() {
  home=$(getent passwd "$TEST_USER" | cut -d: -f6)
  exec setpriv --reuid "$TEST_USER" --regid "$(id -g "$TEST_USER")" --init-groups --inh-caps=-all \
    env -i HOME="$home" USER="$TEST_USER" LOGNAME="$TEST_USER" SHELL=/bin/sh LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin "$@"
}

# readable_directory NAME...: prints the absolute path of a directory in which the test user can read NAMEs: this one,
# or a copy, which the caller removes (it is one when the name starts with /var/tmp/tspod-).
readable_directory() {
  here=$PWD
  # From a directory that the user can be in, which this one need not be.
  if unreadable=$(cd / && for name; do
    shift
    set -- "$@" "$here/$name"
  done && as_test_user find "$@" \( -type f ! -readable -o -type d ! -executable \) -print -quit 2>&1) &&
    [ -z "$unreadable" ]; then
    pwd
    return
  fi
  copy=$(mktemp -d /var/tmp/tspod-XXXXXX)
  for path; do cp -a "$path" "$copy/"; done
  chmod -R a+rX "$copy"
  printf '%s\n' "$copy"
}
