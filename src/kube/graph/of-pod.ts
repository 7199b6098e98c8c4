import type { Container } from "../../container/state/list.ts";
import { type ContainerRecord, sourceName } from "../../options/container-record.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { infraOf, type Pod } from "../../pod/state/pods.ts";
import { type GraphContainer, type GraphPod, portText } from "./graph.ts";

/** A pod that is there, as the same picture that its Kubernetes YAML has, with what each container does. */
export function graphOfPod(pod: Pod): GraphPod {
  const infra = infraOf(pod);
  const members = pod.members.filter((member) => member !== infra);
  const first = members.filter(({ record }) => record.options.pod?.init !== undefined);
  const mounts = members.flatMap(({ record }) =>
    mountsOf(record).map(({ mount, name }) => ({ mount, name })),
  );
  const volumes = new Map(mounts.map(({ mount, name }) => [name, sourceOf(mount)]));
  return {
    owner: `Pod ${pod.record.name}`,
    name: pod.record.name,
    state: pod.status,
    ports: (infra?.record.options.network.ports ?? []).map(portText),
    containers: members.map((member) => graphContainer(member, { members, first })),
    volumes: [...volumes].map(([name, source]) => ({ name, sources: [source] })),
    services: [],
  };
}

function graphContainer(
  { record, state }: Container,
  { members, first }: { readonly members: readonly Container[]; readonly first: readonly Container[] },
): GraphContainer {
  const { options } = record;
  const { init } = options.pod ?? {};
  const at = first.findIndex((other) => other.record.id === record.id);
  const earlier = at < 0 ? first : first.slice(0, at);
  const needed = members.filter((other) => options.requires.includes(other.record.id));
  return {
    name: record.name,
    role: init === undefined ? "container" : init === "sidecar" ? "sidecar" : "init",
    image: sourceName({ options }),
    state: state.status,
    ports: options.network.exposed.map(({ port, protocol }) => `${port}/${protocol}`),
    mounts: mountsOf(record).map(({ mount, name }) => ({
      volume: name,
      path: mount.destination,
      readOnly: mount.readOnly,
    })),
    needs: options.secrets.map(({ source }) => `Secret ${source}`),
    after: [...new Set([...earlier, ...needed])].map((other) => other.record.name),
  };
}

function mountsOf({ options: { mounts }, volumes }: ContainerRecord) {
  const names = new Map(volumes.map(({ destination, name }) => [destination, name]));
  return mounts.map((mount) => ({ mount, name: nameOf(mount, names.get(mount.destination)) }));
}

/** What two containers that mount the same thing call it alike. */
function nameOf(mount: MountRequest, volume: string | undefined): string {
  if (volume !== undefined) return volume;
  return mount.type === "bind" ? mount.source : `${mount.type} ${mount.destination}`;
}

function sourceOf(mount: MountRequest): string {
  if (mount.type === "bind") return `hostPath ${mount.source}`;
  if (mount.type === "volume" && mount.name !== undefined) return `volume ${mount.name}`;
  if (mount.type === "volume") return "anonymous volume";
  return mount.type === "image" ? `image ${mount.image}` : mount.type;
}
