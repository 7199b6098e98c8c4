# Feed a script into a running container, and read results back.
podman run -d --name db busybox sleep 100 >/dev/null
cat >schema.sql <<'END'
mkdir -p /var/db
echo "table users" >/var/db/users
echo "made $(ls /var/db)"
END
podman exec -i db sh <schema.sql
podman exec -e WHO=world -w /var/db db sh -c 'echo "hello $WHO in $(pwd)"'
podman exec -u 1000:1000 db id -u
status=0; podman exec db sh -c 'exit 9' || status=$?
echo "exec ended with $status"
podman exec db cat /var/db/users | tr a-z A-Z
podman rm -f -t 0 db >/dev/null
