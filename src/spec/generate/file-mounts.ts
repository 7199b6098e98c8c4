import { posix } from "node:path";
import type { SpecMount } from "../../oci/runtime-spec.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { secretDestination } from "../../options/parse/secret.ts";
import type { HostFacts } from "../host-facts.ts";
import { INIT_PATH } from "../shown-options.ts";
import { NOTIFY_DIRECTORY } from "./process.ts";

/** The container's own files: hosts, resolv.conf, and so on. */
export function fileMounts(options: CreateOptions, { files }: HostFacts): SpecMount[] {
  // A read-only remount has to name the flags that the store's filesystem may have.
  const access = options.security.readOnly ? ["ro", "nosuid", "noexec", "nodev"] : [];
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["/etc/hosts", files.hosts],
    ["/etc/resolv.conf", files.resolvConf],
    ...options.chrootDirs.flatMap((directory): [string, string | undefined][] => [
      [posix.join("/", directory, "etc/hosts"), files.hosts],
      [posix.join("/", directory, "etc/resolv.conf"), files.resolvConf],
    ]),
    ["/etc/hostname", files.hostname],
    ["/run/.containerenv", hasForeignRun(options) ? undefined : files.containerenv],
    ["/etc/passwd", files.passwd],
    ["/etc/group", files.group],
    ["/etc/localtime", files.localtime],
    ["/run/secrets", files.secrets && `${files.secrets}/run`],
    ...secretRows(options, files.secrets),
  ];
  return [
    ...rows.flatMap(([destination, source]) =>
      source === undefined
        ? []
        : [{ destination, type: "bind", source, options: ["bind", "rprivate", ...access] }],
    ),
    ...initMount(options, files.init),
    ...notifyMount(files.notify),
  ];
}

/** As Podman: what the user mounts on /run is not ours to make a file in, unless it begins empty. */
function hasForeignRun({ mounts }: CreateOptions): boolean {
  return mounts.some(({ destination, type }) => /^\/run\/?$/.test(destination) && type !== "tmpfs");
}

function secretRows({ secrets }: CreateOptions, directory: string | undefined): [string, string][] {
  if (directory === undefined) return [];
  return secrets.flatMap((secret, index): [string, string][] => {
    const destination = secretDestination(secret);
    return destination === undefined ? [] : [[destination, `${directory}/${index}`]];
  });
}

function notifyMount(source: string | undefined): SpecMount[] {
  if (source === undefined) return [];
  return [{ destination: NOTIFY_DIRECTORY, type: "bind", source, options: ["bind", "rprivate"] }];
}

function initMount(options: CreateOptions, source: string | undefined): SpecMount[] {
  if (!options.process.init || source === undefined) return [];
  return [{ destination: INIT_PATH, type: "bind", source, options: ["bind", "ro", "rprivate"] }];
}

/** Devices: nodes of the host, bound, since a user without rights can't make any. */
export function deviceMounts(
  { devices, security }: CreateOptions,
  { hostDevices, cdi }: HostFacts,
): SpecMount[] {
  const ofHost = security.privileged ? hostDevices.map((path) => ({ source: path, destination: path })) : [];
  return [...ofHost, ...devices, ...(cdi?.devices ?? [])].map(({ source, destination }) => ({
    destination,
    type: "bind",
    source,
    options: ["slave", "nosuid", "noexec", "rw", "rbind"],
  }));
}
