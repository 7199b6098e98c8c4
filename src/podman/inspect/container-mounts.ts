import type { ContainerRecord } from "../../options/container-record.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { goMap } from "../go/value.ts";

interface VolumeFacts {
  /** Absolute path of its content. */
  readonly volumeData: (name: string) => string;
  readonly volumeDriver: (name: string) => string;
}

/** Inspect's Mounts: volumes, then binds, as `docker inspect` has them. */
export function inspectMounts(record: ContainerRecord, volumes: VolumeFacts): object[] {
  return volumesAndBinds(record).map((mount) => {
    const name = volumeName(record, mount.destination) ?? (mount.type === "volume" ? mount.name : "") ?? "";
    const common = {
      Destination: mount.destination,
      Driver: mount.type === "volume" ? volumes.volumeDriver(name) : "",
      Mode: "",
      Options: [...flagNames(mount), ...impliedOptions(mount)],
      RW: !mount.readOnly,
      Propagation: propagation(mount),
    };
    if (mount.type === "bind") return { Type: "bind", Source: mount.source, ...common };
    return { Type: "volume", Name: name, Source: volumes.volumeData(name), ...common };
  });
}

/** HostConfig's Binds: `source:destination:options`. */
export function inspectBinds(record: ContainerRecord): string[] {
  return volumesAndBinds(record).map((mount) => {
    const source =
      mount.type === "bind" ? mount.source : (volumeName(record, mount.destination) ?? mount.name);
    const options = [...askedOptions(mount), propagation(mount), ...impliedOptions(mount)];
    return `${source}:${mount.destination}:${options.join(",")}`;
  });
}

/** HostConfig's Tmpfs: destination → options. */
export function inspectTmpfs(mounts: readonly MountRequest[]): ReadonlyMap<string, string> {
  const entries = mounts.flatMap((mount) => {
    if (mount.type !== "tmpfs") return [];
    const options = [
      ...(mount.size === undefined ? [] : [`size=${mount.size}`]),
      ...(mount.mode === undefined ? [] : [`mode=${mount.mode}`]),
      ...mount.data,
      ...askedOptions(mount),
      "rprivate",
      ...withoutSetuidAndDevices(mount),
      ...(mount.copyUp ? ["tmpcopyup"] : []),
    ];
    return [[mount.destination, options.join(",")] as const];
  });
  return goMap(Object.fromEntries(entries));
}

type VolumeOrBind = Extract<MountRequest, { type: "volume" | "bind" }>;

function volumesAndBinds({ options: { mounts } }: ContainerRecord): VolumeOrBind[] {
  const volumes = mounts.filter((mount) => mount.type === "volume");
  return [...volumes, ...mounts.filter((mount) => mount.type === "bind")];
}

function volumeName({ volumes }: ContainerRecord, destination: string): string | undefined {
  return volumes.find((volume) => volume.destination === destination)?.name;
}

/** Options that were asked for. */
function askedOptions(mount: MountRequest): string[] {
  return [...(mount.readOnly ? ["ro"] : []), ...flagNames(mount)];
}

/** Options that follow from the mount's kind, where nothing else was asked for. */
function impliedOptions(mount: VolumeOrBind): string[] {
  if (mount.type === "bind") return [mount.recursive ? "rbind" : "bind"];
  return [...withoutSetuidAndDevices(mount), "rbind"];
}

function withoutSetuidAndDevices({ flags }: Pick<MountRequest, "flags">): string[] {
  return (["suid", "dev"] as const).flatMap((name) => (flags[name] === undefined ? [`no${name}`] : []));
}

function flagNames({ flags }: Pick<MountRequest, "flags">): string[] {
  const names = (["suid", "dev", "exec"] as const).flatMap((name) => {
    if (flags[name] === undefined) return [];
    return [flags[name] ? name : `no${name}`];
  });
  return flags.noatime ? [...names, "noatime"] : names;
}

function propagation(mount: VolumeOrBind): string {
  return mount.propagation ?? "rprivate";
}
