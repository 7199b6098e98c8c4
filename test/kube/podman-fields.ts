const IGNORED = "Podman ignores it";
const REFUSED = "Podman refuses it";
const DIRECTORY = "Podman makes a named volume, which keeps old content: a directory of the pod here";
const PROBE = "Podman has curl or nc look in the container: the monitor looks from outside here";

/** The rows of which Podman 5.8.6 makes something else, and why: compare-with-podman.ts finds them. */
export const DIFFERS_FROM_PODMAN: Readonly<Record<string, string>> = {
  stdin: IGNORED,
  "env.value of another": "Podman expands variables in command and args alone",
  "fieldRef metadata.namespace": REFUSED,
  "fieldRef spec.serviceAccountName": REFUSED,
  "fieldRef spec.nodeName": REFUSED,
  "envFrom prefix": IGNORED,
  "limits.cpu that is tiny":
    "Podman asks for a quota of 100 µs, which the kernel refuses: the least that it takes here",
  "requests.cpu": IGNORED,
  fsGroup: IGNORED,
  activeDeadlineSeconds: IGNORED,
  "hostPath CharDevice": "Podman adds a device: it is mounted on the path that the document says here",
  emptyDir: DIRECTORY,
  "emptyDir Memory": "Podman mounts a tmpfs of its own in each container: they share it here",
  configMap: DIRECTORY,
  "configMap optional": "Podman mounts nothing: an empty directory is there here, as in a cluster",
  "configMap items": REFUSED,
  secret: DIRECTORY,
  "secret defaultMode": DIRECTORY,
  downwardAPI: REFUSED,
  projected: REFUSED,
  "persistentVolumeClaim read-only": IGNORED,
  "imagePullPolicy Always": "there is no registry where the rows are compared",
  hostNetwork: "Podman's member is in the host's network by itself: it joins infra's here, which is that one",
  "livenessProbe httpGet": PROBE,
  "livenessProbe httpGet by a port's name": PROBE,
  "livenessProbe httpGet HTTPS of a host": PROBE,
  "livenessProbe tcpSocket": PROBE,
  "livenessProbe grpc": IGNORED,
  "livenessProbe of a pod that is never restarted":
    "Podman lets it run on: it is stopped here, as in a cluster",
  "runtimeClassName by a runtime's name": IGNORED,
};
