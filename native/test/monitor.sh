#!/bin/sh
# The monitor and the attach client against a real OCI runtime, in a user namespace. TAP by Node's test runner.
here=$(dirname "$(readlink -f "$0")")
DIST=${DIST:-$here/../../dist}
export TSPOD_LIB=${TSPOD_LIB:-$DIST/lib/tspod}
node=$(ls "$here"/../../node_modules/node-linux-*/bin/node 2>/dev/null | head -n 1)
map='--map-auto --map-root-user'
[ "$(id -u)" -ne 0 ] || map='--map-root-user'
# only the top level's lines: nested ones would be counted as well
# shellcheck disable=SC2086
exec unshare --user $map --mount "${node:-node}" --test-reporter=tap "$here/monitor/monitor.test.mjs" </dev/null
