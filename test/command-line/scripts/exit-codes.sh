# A script that decides by exit codes.
code() { status=0; "$@" >/dev/null 2>&1 || status=$?; echo "$status"; }
code podman run --rm busybox true
code podman run --rm busybox false
code podman run --rm busybox sh -c 'exit 77'
code podman run --rm busybox /nosuch
code podman run --rm busybox /etc
code podman run --rm busybox sh -c 'kill -TERM $$; sleep 5' --init
code podman run --rm --nosuchflag busybox true
code podman run --rm --pull never localhost/no/such/image true
code podman exec nosuch true
code podman inspect nosuch
code podman rm nosuch
code podman rm -f nosuch
code podman container exists nosuch
code podman image exists busybox
code podman wait nosuch
