import { chownSync, existsSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { TspodError } from "../../errors.ts";
import { addressesOf } from "../../network/attached-network.ts";
import { digestHex } from "../../oci/digest.ts";
import { ownerOnHost } from "../../oci/id-maps.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { isWithin } from "../../options/is-within.ts";
import type { NetworkMode } from "../../options/network-mode.ts";
import { overwriteText } from "../../os/files/overwrite-text.ts";
import { slirpAddresses } from "../../rootless/slirp4netns.ts";
import type { AccountTexts } from "../../spec/etc/accounts.ts";
import { type ContainerenvFacts, containerenv } from "../../spec/etc/containerenv.ts";
import { hostsFile } from "../../spec/etc/hosts.ts";
import { resolvConf, resolvConfAlternatives } from "../../spec/etc/resolv-conf.ts";
import { containerHostname } from "../../spec/generate/hostname.ts";
import type { HostFacts } from "../../spec/host-facts.ts";
import { readImageEtc } from "../rootfs/image-accounts.ts";
import { findContainer } from "../state/find.ts";
import type { ContainerPlace } from "../state/list.ts";
import { type ContainerPaths, containerPaths } from "../state/paths.ts";
import type { NetworkPlan } from "./plan/network-plan.ts";

const ROOT = { uid: 0, gid: 0 };
/** Like container=podman in the environment: by this file programs know that they are in a container. */
const ENGINE = "podman-5.8.6";

export interface EtcSurroundings {
  readonly engine: ContainerPlace;
  readonly record: ContainerRecord;
  readonly paths: ContainerPaths;
  readonly network: NetworkPlan;
  /** Of its root filesystem, upper directory first. */
  readonly directories: readonly string[];
  /** passwd and group, where the image's own will not do. */
  readonly accounts: AccountTexts;
  /** The host's name. */
  readonly hostname: string;
}

/**
 * Write a container's own /etc/hosts, resolv.conf, hostname, passwd, group and /run/.containerenv, and say
 * which of them are to be bound over the image's. A container that shares another's network shares its files
 * too.
 */
export function writeEtcFiles(surroundings: EtcSurroundings): HostFacts["files"] {
  const { record, paths, hostname, accounts } = surroundings;
  const { options } = record;
  const files: Record<string, string> = {};
  const owner = options.idMaps && ownerOnHost(options.idMaps, ROOT);
  const put = (name: string, path: string, text: string): void => {
    overwriteText(path, text, { mode: 0o644 });
    if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
    files[name] = path;
  };
  const shared = sharedNetworkFiles(surroundings);
  if (shared !== undefined) Object.assign(files, shared);
  else {
    if (!options.network.noHosts) put("hosts", paths.hosts, hostsText(surroundings));
    if (!options.network.dns.includes("none"))
      put("resolvConf", paths.resolvConf, resolvConfText(surroundings));
  }
  if (!options.network.noHostname)
    put("hostname", paths.hostname, `${containerHostname(options, { containerId: record.id, hostname })}\n`);
  put("containerenv", paths.containerEnv, containerenv(containerenvFacts(surroundings)));
  if (accounts.passwd !== undefined) put("passwd", paths.passwd, accounts.passwd);
  if (accounts.group !== undefined) put("group", paths.group, accounts.group);
  const zone = timeZoneFile(options);
  if (zone !== undefined) files.localtime = zone;
  return files;
}

function sharedNetworkFiles({
  engine,
  record,
}: EtcSurroundings): { hosts: string; resolvConf: string } | undefined {
  const { mode } = record.options.network;
  if (mode.kind !== "container") return undefined;
  const other = findContainer(engine, mode.container);
  const { hosts, resolvConf: resolv } = containerPaths(
    engine.store,
    engine.runtimeDirectory,
    other.record.id,
  );
  return existsSync(hosts) && existsSync(resolv) ? { hosts, resolvConf: resolv } : undefined;
}

function hostsText({ record, network, hostname, directories }: EtcSurroundings): string {
  const { options, id, name } = record;
  const { mode } = options.network;
  const names = [containerHostname(options, { containerId: id, hostname }), name];
  const own = ownAddresses(network, mode);
  const { hosts = {} } = options.network;
  const hostAddress = hosts.hostAddress ?? hostAddressFor(record, network);
  return hostsFile({
    addHost: options.network.addHost,
    base: baseHosts(hosts.base, directories),
    ...(hostAddress === undefined ? {} : { hostAddress }),
    own: own.map((address) => ({ address, names })),
  });
}

function ownAddresses(
  { addresses, networks, ownAddress }: NetworkPlan,
  { kind }: NetworkMode,
): readonly string[] {
  if (ownAddress !== undefined) return [ownAddress];
  if (networks !== undefined) return addressesOf({ networks });
  if (addresses !== undefined) return [addresses.container];
  return kind === "none" ? ["127.0.0.1"] : [];
}

/** @throws {TspodError} If it is a file that can't be read. */
function baseHosts(base: string | undefined, directories: readonly string[]): string {
  if (base === undefined) return readOr("/etc/hosts", "");
  if (base === "none") return "";
  if (base === "image") return readImageEtc(directories, "hosts");
  try {
    return readFileSync(base, "utf8");
  } catch (cause) {
    throw new TspodError("the hosts file of --hosts-file, or of base_hosts_file in containers.conf", {
      cause,
    });
  }
}

/**
 * The address that reaches the host: slirp4netns' gateway if that was asked for, otherwise an address of the
 * host itself.
 */
function hostAddressFor(
  { options }: ContainerRecord,
  { addresses, hostAddress }: NetworkPlan,
): string | undefined {
  const { mode } = options.network;
  if (mode.kind === "pasta") return hostAddress;
  if (mode.kind === "none") return undefined;
  if (mode.kind === "host") return "127.0.0.1";
  if (mode.kind === "slirp4netns" && mode.options.allowHostLoopback) return addresses?.gateway;
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
}

function resolvConfText({ record, network }: EtcSurroundings): string {
  return networkResolvConf(record, network);
}

/** The resolv.conf of a container in a network. */
export function networkResolvConf(record: ContainerRecord, network: NetworkPlan): string {
  const { mode, dns, dnsSearch, dnsOptions } = record.options.network;
  const text = readOr("/etc/resolv.conf", "");
  const better = resolvConfAlternatives(text).find((path) => existsSync(path));
  const ownNetwork = mode.kind !== "host" && mode.kind !== "path";
  return resolvConf({
    host: better !== undefined && ownNetwork ? readOr(better, text) : text,
    dns,
    search: dnsSearch,
    options: dnsOptions,
    helperNameserver: network.addresses?.nameserver ?? network.nameserver ?? sharedNameserver(network),
    networkNameservers: networkNameservers(network),
    ownNetwork,
    ipv6: mode.kind === "slirp4netns" && mode.options.enableIpv6 === true,
  });
}

/** slirp4netns's own, which leads to the host's wherever they are; without a way out there is none. */
function sharedNameserver({ networks }: NetworkPlan): string | undefined {
  return networks?.some(({ isDefault }) => isDefault) ? slirpAddresses().nameserver : undefined;
}

/** resolv.conf(5): MAXNS, three are asked. */
function networkNameservers({ networks = [] }: NetworkPlan): readonly string[] {
  return networks
    .filter(({ dns }) => dns)
    .flatMap(({ addresses }) => addresses.flatMap(({ gateway }) => gateway ?? []))
    .slice(0, 3);
}

function containerenvFacts({
  engine,
  record: { id, name, image, options },
}: EtcSurroundings): ContainerenvFacts {
  const identity = {
    engine: ENGINE,
    name,
    id,
    image: image?.name ?? "",
    imageId: image === undefined ? "" : digestHex(image.id),
    rootless: true,
  };
  const hasStore = options.mounts.some(
    (mount) => mount.type === "bind" && isWithin(engine.store.root, mount.source),
  );
  return { identity: options.security.privileged ? identity : undefined, hasStore };
}

function timeZoneFile({ tz }: CreateOptions): string | undefined {
  if (tz === undefined) return undefined;
  const path = tz === "local" ? "/etc/localtime" : `/usr/share/zoneinfo/${tz}`;
  return existsSync(path) ? path : undefined;
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise; // a host without that file has nothing to say there
  }
}
