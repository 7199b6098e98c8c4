import type { ContainerRecord } from "../../options/container-record.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { goMap } from "../go/value.ts";

type VolumeData = (name: string) => string;

/** Inspect's Mounts: volumes and binds, as `docker inspect` has them. */
export function inspectMounts(record: ContainerRecord, volumeData: VolumeData): object[] {
  return record.options.mounts.flatMap((mount) => {
    const common = {
      Destination: mount.destination,
      Driver: mount.type === "volume" ? "local" : "",
      Mode: "",
      Options: mountOptions(mount),
      RW: !mount.readOnly,
      Propagation: propagation(mount),
    };
    if (mount.type === "bind") return [{ Type: "bind", Source: mount.source, ...common }];
    if (mount.type !== "volume") return [];
    const name = volumeName(record, mount.destination) ?? mount.name ?? "";
    return [{ Type: "volume", Name: name, Source: volumeData(name), ...common }];
  });
}

/** HostConfig's Binds: `source:destination:options`. */
export function inspectBinds(record: ContainerRecord): string[] {
  return record.options.mounts.flatMap((mount) => {
    if (mount.type !== "bind" && mount.type !== "volume") return [];
    const source =
      mount.type === "bind" ? mount.source : (volumeName(record, mount.destination) ?? mount.name);
    const options = [mount.readOnly ? "ro" : "rw", propagation(mount), ...mountOptions(mount)];
    return [`${source}:${mount.destination}:${options.join(",")}`];
  });
}

/** HostConfig's Tmpfs: destination → options. */
export function inspectTmpfs(mounts: readonly MountRequest[]): ReadonlyMap<string, string> {
  const entries = mounts.flatMap((mount) => {
    if (mount.type !== "tmpfs") return [];
    const options = [
      mount.readOnly ? "ro" : "rw",
      "rprivate",
      ...flagNames(mount),
      ...(mount.size === undefined ? [] : [`size=${mount.size}`]),
      ...(mount.mode === undefined ? [] : [`mode=${mount.mode}`]),
      ...mount.data,
      ...(mount.copyUp ? ["tmpcopyup"] : []),
    ];
    return [[mount.destination, options.join(",")] as const];
  });
  return goMap(Object.fromEntries(entries));
}

function volumeName({ volumes }: ContainerRecord, destination: string): string | undefined {
  return volumes.find((volume) => volume.destination === destination)?.name;
}

function mountOptions(mount: MountRequest): string[] {
  if (mount.type === "bind") return [...flagNames(mount), mount.recursive ? "rbind" : "bind"];
  return mount.type === "volume"
    ? [...flagNames({ flags: { suid: false, dev: false, ...mount.flags } }), "rbind"]
    : [];
}

function flagNames({ flags }: Pick<MountRequest, "flags">): string[] {
  const names = (["suid", "dev", "exec"] as const).flatMap((name) => {
    if (flags[name] === undefined) return [];
    return [flags[name] ? name : `no${name}`];
  });
  return flags.noatime ? [...names, "noatime"] : names;
}

function propagation(mount: MountRequest): string {
  return mount.type === "bind" || mount.type === "volume" ? (mount.propagation ?? "rprivate") : "";
}
