import type { CreateOptions } from "../options/create-options.ts";
import type { PodRecord } from "../options/pod-record.ts";
import { cgroupsIn } from "./cgroup.ts";
import { PAUSE_PROGRAM } from "./pause-program.ts";
import type { InfraRequest } from "./pod-request.ts";

/** Seconds until SIGKILL, as with Podman. */
const STOP_TIMEOUT = 10;

/** The options of a pod's infra container. It has no limits: those asked for hold for the pod. */
export function infraOptions(pod: PodRecord, { options, image }: InfraRequest): CreateOptions {
  const { process } = options;
  const asked = process.entrypoint.length > 0 || image !== undefined;
  return {
    ...options,
    source: image === undefined ? { kind: "pause" } : { kind: "image", name: image.name },
    process: {
      ...process,
      ...(!asked && { entrypoint: [PAUSE_PROGRAM], command: [] }),
      stopTimeout: STOP_TIMEOUT,
      systemd: "false",
    },
    // The first member copies what its image has at a volume's place: infra's image has nothing there.
    mounts: options.mounts.map((mount) => (mount.type === "volume" ? { ...mount, copy: false } : mount)),
    ...(pod.shares.includes("ipc") && options.ipc.kind === "private" && { ipc: { kind: "shareable" } }),
    ...hostnameOf(pod, options),
    resources: NO_LIMITS,
    cgroups: cgroupsIn(pod, options.cgroups),
    labels: pod.labels,
    restart: { name: "no", maximumRetries: 0 },
    rm: false,
    pod: { id: pod.id, name: pod.name, infra: true, ...(pod.exitPolicy === "stop" && { ends: true }) },
  };
}

export const NO_LIMITS: CreateOptions["resources"] = {
  blkioWeightDevice: [],
  deviceReadBps: [],
  deviceWriteBps: [],
  deviceReadIops: [],
  deviceWriteIops: [],
  unified: {},
};

/** The pod's own, or its name. With the network or uts namespace of the host it is the host's name. */
function hostnameOf(pod: PodRecord, { uts, network }: CreateOptions): Pick<CreateOptions, "hostname"> {
  if (pod.hostname !== undefined) return { hostname: pod.hostname };
  return uts.kind === "host" || network.mode.kind === "host" ? {} : { hostname: pod.name };
}
