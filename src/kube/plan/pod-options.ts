import { TspodError } from "../../errors.ts";
import type { CreateOptions, NetworkOptions } from "../../options/create-options.ts";
import type { NetworkAttachment, NetworkMode, PortMapping } from "../../options/network-mode.ts";
import { parseAddHost, parseDns, parseDnsSearch } from "../../options/parse/network.ts";
import type { OwnIdMaps } from "../../options/parse/user-namespace/id-map.ts";
import { parseUserNamespace } from "../../options/parse/user-namespace/user-namespace.ts";
import type { PodSpec } from "../types/pod.ts";
import { podAnnotation } from "./annotations.ts";
import type { Service } from "./objects.ts";
import { namesOfService } from "./service-names.ts";
import type { Workload } from "./workloads.ts";

/** The network of pods for which none is asked: it has names. */
export const KUBE_NETWORK = "podman-default-kube-network";

export interface PodContext {
  /** `--network`; absent: the pods' own. */
  readonly network?: NetworkMode;
  readonly ip?: string;
  readonly mac?: string;
  readonly ports: readonly PortMapping[];
  readonly services: readonly Service[];
  /** `--userns`; empty: as the pod says. */
  readonly userns: string;
  /** The maps of our user namespace. */
  readonly ownIdMaps: () => OwnIdMaps;
  readonly noHosts: boolean;
  readonly noHostname: boolean;
}

/**
 * What the pod's infra container is: the network, names and user namespace of all its containers.
 * @param base what holds for a container for which nothing is asked
 */
export function infraOptions(base: CreateOptions, workload: Workload, context: PodContext): CreateOptions {
  const { spec, podName, annotations } = workload;
  const mode = networkMode(workload, context);
  const hostname = spec.hostnameOverride || spec.hostname || podName;
  const userns =
    context.userns || podAnnotation(annotations, "userns") || (spec.hostUsers === false ? "auto" : "");
  const sysctls = (spec.securityContext?.sysctls ?? []).map(({ name, value }) => [name, value]);
  return {
    ...base,
    ...(mode.kind !== "host" && { hostname: checkHostname(hostname) }),
    uts: { kind: mode.kind === "host" ? "host" : "private" },
    network: networkOptions(base.network, spec, { ...context, mode }),
    userns: parseUserNamespace(
      { userns: userns === "private" ? "auto" : userns, uidMap: [], gidMap: [] },
      context.ownIdMaps,
    ),
    sysctls: { ...base.sysctls, ...Object.fromEntries(sysctls) },
    ...(spec.hostIPC && { ipc: { kind: "host" } }),
    sdnotify: "ignore",
  };
}

const HOSTNAME_MAX = 64;

function checkHostname(name: string): string {
  if (name.length <= HOSTNAME_MAX) return name;
  throw new TspodError(`invalid hostname "${name}": longer than ${HOSTNAME_MAX} characters`);
}

function networkMode({ spec, podName }: Workload, context: PodContext): NetworkMode {
  const asked: NetworkMode =
    context.network ??
    (spec.hostNetwork
      ? { kind: "host" }
      : { kind: "bridge", networks: [{ name: KUBE_NETWORK, ips: [], aliases: [] }] });
  const { ip, mac, services } = context;
  if (asked.kind !== "bridge") {
    if (ip !== undefined || mac !== undefined)
      throw new TspodError("--ip and --mac-address need a network with a name: use --network NAME");
    return asked;
  }
  if ((ip !== undefined || mac !== undefined) && asked.networks.length > 1)
    throw new TspodError("--ip and --mac-address can only be set for a single network: use NAME:ip=IP");
  const names = [podName, ...containerNames(spec), ...services.flatMap(namesOfService)];
  return { kind: "bridge", networks: asked.networks.map((one) => withNames(one, { names, ip, mac })) };
}

function containerNames({ containers }: PodSpec): string[] {
  return containers.map(({ name }) => name).filter((name) => name !== "");
}

function withNames(
  network: NetworkAttachment,
  { names, ip, mac }: { names: readonly string[]; ip: string | undefined; mac: string | undefined },
): NetworkAttachment {
  return {
    ...network,
    ips: ip === undefined ? network.ips : [...network.ips, ip],
    ...(mac !== undefined && { mac }),
    aliases: [...new Set([...network.aliases, ...names])],
  };
}

function networkOptions(
  base: NetworkOptions,
  { hostAliases, dnsConfig, dnsPolicy }: PodSpec,
  { mode, ports, noHosts, noHostname }: PodContext & { readonly mode: NetworkMode },
): NetworkOptions {
  const nameservers = dnsConfig?.nameservers ?? [];
  if (dnsPolicy === "None" && nameservers.length === 0)
    throw new TspodError("dnsPolicy None needs at least one of dnsConfig.nameservers");
  if (noHosts && (hostAliases ?? []).length > 0)
    throw new TspodError("HostAliases in yaml file will not work with --no-hosts");
  const options = (dnsConfig?.options ?? []).map(({ name, value }) =>
    value ? `${name}:${value}` : (name ?? ""),
  );
  return {
    ...base,
    mode,
    ports: mode.kind === "host" ? [] : ports,
    dns: [...base.dns, ...parseDns(nameservers)],
    dnsSearch: [...base.dnsSearch, ...parseDnsSearch(dnsConfig?.searches ?? [])],
    dnsOptions: [...base.dnsOptions, ...options],
    addHost: [
      ...base.addHost,
      ...(hostAliases ?? []).flatMap(({ ip, hostnames }) =>
        (hostnames ?? []).map((name) => parseAddHost(`${name}:${ip}`)),
      ),
    ],
    noHosts: noHosts || base.noHosts,
    noHostname,
  };
}
