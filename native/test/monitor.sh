#!/bin/sh
# The monitor and the attach client against a real OCI runtime, in a user namespace. TAP by Node's test runner.
here=$(dirname "$(readlink -f "$0")")
DIST=${DIST:-$here/../../dist}
export TSPOD_LIB=${TSPOD_LIB:-$DIST/lib/tspod}
node=$(ls "$here"/../../node_modules/node-linux-*/bin/node 2>/dev/null | head -n 1)
for program in "${TSPOD_RELEASED_LIB:-$TSPOD_LIB}/tspod-monitor" "${TSPOD_RELEASED_LIB:-$TSPOD_LIB}/tspod-attach" /bin/busybox runc slirp4netns unshare; do
  command -v "$program" >/dev/null && continue
  echo "not ok 1 - $program is missing"
  echo 1..1
  exit 1
done
# root has no subordinate ids to map, and needs no user namespace for what is tested here
map='--user --map-auto --map-root-user'
[ "$(id -u)" -ne 0 ] || map=
# shellcheck disable=SC2086
exec unshare $map --mount "${node:-node}" --test --test-force-exit --test-timeout=60000 --test-reporter=tap \
  "$here/monitor/${1:-monitor}.test.mjs" </dev/null
