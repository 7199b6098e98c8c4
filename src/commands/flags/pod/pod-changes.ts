import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable, FlagValues } from "../../../cli/flags/flag.ts";
import { defaultValue } from "../../../cli/flags/flag-value.ts";
import type { CreateOptions, ResourceOptions } from "../../../options/create-options.ts";
import type { PodChanges } from "../../../pod/clone-pod.ts";
import { infraOf, type Pod } from "../../../pod/state/pods.ts";
import { surroundingsOf } from "../create/surroundings-of.ts";
import { type PodCreateFlags, podCreateFlags, type podSettingFlags } from "./pod-flags.ts";
import { podFromFlags } from "./pod-from-flags.ts";

type SettingFlag = keyof typeof podSettingFlags;

/** What each flag of `pod clone` changes of the options of the original's infra container. */
const CHANGED: Partial<
  Record<SettingFlag, (old: CreateOptions, asked: CreateOptions) => Partial<CreateOptions>>
> = {
  device: (old, asked) => ({ devices: [...old.devices, ...asked.devices] }),
  gidmap: userNamespace,
  "infra-command": ({ process }, { process: { entrypoint } }) => ({
    process: { ...process, entrypoint, command: [] },
  }),
  "infra-conmon-pidfile": (_, { monitorPidFile }) => (monitorPidFile === undefined ? {} : { monitorPidFile }),
  pid: (_, { pid }) => ({ pid }),
  "security-opt": (_, { security }) => ({ security }),
  "shm-size": (_, { shmSize }) => ({ shmSize }),
  "shm-size-systemd": (_, { shmSizeSystemd }) => (shmSizeSystemd === undefined ? {} : { shmSizeSystemd }),
  subgidname: userNamespace,
  subuidname: userNamespace,
  sysctl: (old, asked) => ({ sysctls: { ...old.sysctls, ...asked.sysctls } }),
  uidmap: userNamespace,
  userns: userNamespace,
  uts: (_, { uts }) => ({ uts }),
  volume: (old, asked) => {
    const taken = new Set(asked.mounts.map(({ destination }) => destination));
    return { mounts: [...old.mounts.filter(({ destination }) => !taken.has(destination)), ...asked.mounts] };
  },
  "volumes-from": (old, asked) => ({ volumesFrom: [...old.volumesFrom, ...asked.volumesFrom] }),
};

function userNamespace(
  { process }: CreateOptions,
  { userns, hostUsers, hostGroup, process: { user } }: CreateOptions,
): Partial<CreateOptions> {
  return { userns, hostUsers, ...(hostGroup !== undefined && { hostGroup }), process: { ...process, user } };
}

/**
 * What the flags of `pod clone` that were given change.
 * @throws {TspodError} If a value can't be read, or asks for what takes an infra container that is not there.
 */
export function podChanges<T extends FlagTable>(
  call: Call<T>,
  asked: FlagValues<typeof podSettingFlags>,
  old: Pod,
): PodChanges {
  const { given } = call;
  const defaults = Object.fromEntries(
    Object.entries(podCreateFlags).map(([flag, declared]) => [flag, defaultValue(declared)]),
  ) as unknown as PodCreateFlags;
  const request = podFromFlags(
    { ...defaults, ...asked, infra: infraOf(old) !== undefined },
    { ...surroundingsOf(call), given, image: undefined },
    undefined,
  );
  const fresh = request.infra?.options;
  const parts = (Object.keys(CHANGED) as SettingFlag[]).filter((flag) => given.has(flag));
  return {
    labels: request.labels,
    hostname: request.hostname,
    resources: setResources(request.resources),
    cgroupParent: request.cgroupParent,
    restart: request.restart,
    infraName: asked["infra-name"] || undefined,
    infra: (options) => (fresh === undefined ? options : changed(options, fresh, parts)),
  };
}

function changed(old: CreateOptions, asked: CreateOptions, flags: readonly SettingFlag[]): CreateOptions {
  let options = old;
  for (const flag of flags) options = { ...options, ...CHANGED[flag]?.(options, asked) };
  return options;
}

/** Without what is empty since nothing was asked for. */
function setResources(resources: ResourceOptions): Partial<ResourceOptions> {
  const { unified: _, ...all } = resources;
  const set = Object.entries(all).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return Object.fromEntries(set);
}
