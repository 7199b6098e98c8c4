# Settings from files, from the caller, and from flags; what is given last wins.
cat >app.env <<'END'
# a comment
MODE=production
LEVEL=1
FROM_HOST
END
FROM_HOST=yes podman run --rm --env-file app.env -e LEVEL=2 -e EXTRA='two words' busybox sh -c 'echo "$MODE $LEVEL $FROM_HOST $EXTRA"'
podman run --rm -e NAME= busybox sh -c 'echo "${NAME-unset}|${NAME:-empty}"'
podman run --rm --env-file app.env busybox env | grep -c '^FROM_HOST' || :
podman run --rm --entrypoint /bin/echo busybox from entrypoint
podman run --rm --hostname box busybox hostname
