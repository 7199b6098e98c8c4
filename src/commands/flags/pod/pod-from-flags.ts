import { defaultValue } from "../../../cli/flags/flag-value.ts";
import { TspodError } from "../../../errors.ts";
import type { NamedImage } from "../../../image/acquire/image-request.ts";
import type { CreateOptions } from "../../../options/create-options.ts";
import { parseExitPolicy, parseShare } from "../../../options/parse/pod.ts";
import { parseRestartPolicy } from "../../../options/parse/restart-policy.ts";
import type { PodNamespace } from "../../../options/pod-record.ts";
import { NO_LIMITS } from "../../../pod/infra-options.ts";
import type { PodRequest } from "../../../pod/pod-request.ts";
import type { CreateSurroundings } from "../create/create-context.ts";
import { type CreateFlags, createFlags } from "../create/create-flags.ts";
import { createOptionsFromFlags } from "../create/options-from-flags.ts";
import { resourcesFromFlags } from "../create/resources-from-flags.ts";
import type { PodCreateFlags } from "./pod-flags.ts";

export type PodFlags = Partial<PodCreateFlags>;

const exclusive = (option: string): string =>
  `NoInfra and ${option} are mutually exclusive pod options: invalid pod spec`;

/** Where there is no infra container: what can't be asked for, and Podman's words for that. */
const NEED_INFRA: Readonly<Record<string, string>> = {
  "no-hosts": "cannot specify --no-hosts without an infra container",
  ip: "cannot set --ip without infra container: invalid argument",
  ip6: "cannot set --ip6 without infra container: invalid argument",
  "mac-address": "cannot set --mac without infra container: invalid argument",
  "network-alias": "cannot set --network-alias without infra container: invalid argument",
  "infra-name": "cannot set infra-name without an infra container",
  "infra-command": exclusive("InfraCommand"),
  "infra-image": exclusive("InfraImage"),
  "dns-option": exclusive("DNSOption"),
  "dns-search": exclusive("DNSSearch"),
  dns: exclusive("DNSServer"),
  "add-host": exclusive("HostAdd"),
  "hosts-file": exclusive("HostsFile"),
};

export type PodFromFlags = Omit<PodRequest, "runtime" | "createCommand" | "infra"> & {
  readonly infra?: { readonly options: CreateOptions; readonly name?: string | undefined };
};

/**
 * What the flags of `pod create` ask for. They are read as `run`'s for the infra container: what that has is
 * the pod's.
 * @param surroundings `image` is that of the infra container, where it is not our own
 * @throws {TspodError} If a value can't be read, or flags contradict each other.
 */
export function podFromFlags(
  asked: PodFlags,
  surroundings: CreateSurroundings,
  image: NamedImage | undefined,
): PodFromFlags {
  const { given } = surroundings;
  const flags = { ...DEFAULTS, ...asked };
  const shares = sharesOf(flags, given);
  const exitPolicy = parseExitPolicy(flags["exit-policy"] ?? "");
  if (flags.network.some((text) => text.startsWith("container:")))
    throw new TspodError("pods presently do not support network mode container");
  const hasInfra = flags.infra && !(shares.length === 0 && given.has("share"));
  if (!hasInfra) refuseWithoutInfra(flags, given);
  if (flags.publish.some((text) => text !== "") && (!hasInfra || !shares.includes("net")))
    throw new TspodError("you must have an infra container to publish port bindings to the host");
  if (shares.includes("cgroup") && flags["share-parent"])
    throw new TspodError(
      "cannot define the pod as the cgroup parent at the same time as joining the infra container's cgroupNS: invalid argument",
    );
  const options = infraOptionsFrom(flags, surroundings, image);
  return {
    ...(flags.name !== undefined && { name: flags.name }),
    labels: options.labels,
    exitPolicy,
    shares,
    ...(flags.hostname && { hostname: flags.hostname }),
    resources: resourcesFromFlags(flags),
    shareParent: flags["share-parent"] ?? true,
    ...(flags["cgroup-parent"] !== undefined && { cgroupParent: flags["cgroup-parent"] }),
    ...(given.has("restart") && {
      restart: parseRestartPolicy(flags.restart ?? "", "running pod create option: "),
    }),
    ...(hasInfra && { infra: { options, name: flags["infra-name"] || undefined } }),
  };
}

const DEFAULTS = {
  ...(Object.fromEntries(
    Object.entries(createFlags).map(([name, flag]) => [name, defaultValue(flag)]),
  ) as unknown as CreateFlags),
  infra: true,
  "share-parent": true,
} as const;

type AllFlags = CreateFlags & Omit<PodFlags, keyof CreateFlags> & { readonly infra: boolean };

/** @throws {TspodError} If there is no infra container to share namespaces with. */
function sharesOf(flags: AllFlags, given: ReadonlySet<string>): readonly PodNamespace[] {
  const shares = parseShare(flags.share ?? "ipc,net,uts");
  if (flags.infra) return shares;
  if (given.has("share") && shares.length > 0)
    throw new TspodError(`cannot set share(${flags.share}) namespaces without an infra container`);
  return [];
}

function refuseWithoutInfra(flags: AllFlags, given: ReadonlySet<string>): void {
  const flag = Object.keys(NEED_INFRA).find((name) => given.has(name));
  const refusal = flag === undefined ? undefined : NEED_INFRA[flag];
  if (refusal !== undefined) throw new TspodError(refusal);
  if (flags.network.length > 0) throw new TspodError("NoInfra and network modes cannot be used together");
}

function infraOptionsFrom(
  flags: AllFlags,
  surroundings: CreateSurroundings,
  image: NamedImage | undefined,
): CreateOptions {
  const command = flags["infra-command"];
  const none = new Set<string>();
  const options = createOptionsFromFlags(
    { ...flags, ...(command && { entrypoint: command }), ...monitorPidFile(flags), restart: "no" },
    [image?.name ?? "", ...(command || image ? [] : ["pause"])],
    { ...surroundings, given: none, image: image?.stored.config ?? surroundings.image },
  );
  const { process } = options;
  return { ...options, resources: NO_LIMITS, process: { ...process, ...ownProcess(command, image) } };
}

/** Of our own image the process is known elsewhere. */
function ownProcess(command: string | undefined, image: NamedImage | undefined) {
  if (command) return { command: [] };
  return image === undefined ? { entrypoint: [], command: [] } : {};
}

function monitorPidFile(flags: AllFlags): Partial<CreateFlags> {
  const file = flags["infra-conmon-pidfile"];
  return file === undefined ? {} : { "conmon-pidfile": file };
}
