# A tool that nobody trusts gets as little as possible.
podman run --rm --network none --read-only --cap-drop all --security-opt no-new-privileges -u 1000 --tmpfs /tmp busybox sh -c '
  id -u
  grep CapEff /proc/self/status | tr -s "[:space:]" " "
  grep NoNewPrivs /proc/self/status | tr -s "[:space:]" " "
  echo x >/root-file || echo "root is read-only"
  echo x >/tmp/file && echo "tmp is writable"
  ls /sys/class/net
' 2>/dev/null
podman run --rm --ulimit nofile=64:64 busybox sh -c 'ulimit -n'
podman run --rm --sysctl net.ipv4.ip_unprivileged_port_start=1 busybox cat /proc/sys/net/ipv4/ip_unprivileged_port_start
