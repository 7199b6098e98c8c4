# Files in and out of containers, running or not.
mkdir config && echo "port=80" >config/app.conf
podman create --name web busybox sh -c 'cat /etc/app/app.conf; echo log >/var/web.log' >/dev/null
podman cp config web:/etc/app
podman start -a web
podman cp web:/var/web.log .
cat web.log
podman cp web:/etc/app - | tar -tf - | sed 's,/$,,' | sort
tar -cf - config | podman cp - web:/tmp
podman cp web:/tmp/config/app.conf copy.conf
cmp copy.conf config/app.conf && echo "same"
podman rm web >/dev/null
