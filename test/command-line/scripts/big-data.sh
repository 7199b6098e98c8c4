# A hundred megabytes of any bytes through a container, unchanged.
head -c 100000000 /dev/urandom >big
sum() { sha256sum | cut -d' ' -f1; }
podman run -i --rm busybox cat <big >out
[ "$(sum <big)" = "$(sum <out)" ] && echo "same through cat"
podman run -d --name sink busybox sleep 100 >/dev/null
podman exec -i sink sh -c 'cat >/tmp/big' <big
[ "$(podman exec sink sha256sum /tmp/big | cut -d' ' -f1)" = "$(sum <big)" ] && echo "same through exec"
podman exec sink cat /tmp/big | cmp - big && echo "same back"
podman rm -f -t 0 sink >/dev/null
