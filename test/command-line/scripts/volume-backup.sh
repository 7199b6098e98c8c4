# Back a volume up into an archive of the host, and restore it into another one.
podman volume create shop >/dev/null
podman run --rm -v shop:/data busybox sh -c 'mkdir /data/orders; for i in 1 2 3; do echo "order $i" >/data/orders/$i; done; chmod 640 /data/orders/2; ln -s orders/1 /data/first'
podman run --rm -v shop:/data:ro busybox tar -C /data -cf - . >shop.tar
podman volume create shop-restored >/dev/null
podman run --rm -i -v shop-restored:/data busybox tar -C /data -xf - <shop.tar
podman run --rm -v shop:/a:ro -v shop-restored:/b:ro busybox sh -c 'diff -r /a /b && ls -lR /b | awk "{ print \$1, \$NF }" && cat /b/first'
podman volume rm shop shop-restored
podman volume ls -q --filter name=shop
