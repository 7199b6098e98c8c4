import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { NotFoundError } from "../../errors.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import {
  mountFlags,
  ST_NOATIME,
  ST_NODEV,
  ST_NODIRATIME,
  ST_NOEXEC,
  ST_NOSUID,
  ST_RDONLY,
  ST_RELATIME,
} from "../../os/mount.ts";
import type { ResolvedMount } from "../../spec/host-facts.ts";
import { rootfsLowers } from "../../storage/rootfs/rootfs.ts";
import type { Store } from "../../storage/store.ts";
import { copyUpVolume, volumeData } from "../../volume/volumes.ts";
import type { ContainerPaths } from "../state/paths.ts";
import { containerUserOnHost } from "./container-user.ts";
import { checkMountSources } from "./mount-sources.ts";

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [ST_RDONLY, "ro"],
  [ST_NOSUID, "nosuid"],
  [ST_NODEV, "nodev"],
  [ST_NOEXEC, "noexec"],
  [ST_NOATIME, "noatime"],
  [ST_NODIRATIME, "nodiratime"],
  [ST_RELATIME, "relatime"],
];

/**
 * Where each of a container's mounts comes from on this host. A volume that is used for the first time takes
 * over what the image has at its destination.
 * @throws {NotFoundError} If a source is not there.
 */
export async function resolveMounts(
  store: Store,
  record: ContainerRecord,
  paths: ContainerPaths,
): Promise<ResolvedMount[]> {
  checkMountSources(record.options.mounts);
  const resolved: ResolvedMount[] = [];
  for (const [index, request] of record.options.mounts.entries()) {
    const surroundings = { store, record, paths, index };
    for (const each of await mountRequests(surroundings, request))
      resolved.push(await resolveMount(surroundings, each));
  }
  return resolved;
}

interface ResolveInputs {
  readonly store: Store;
  readonly record: ContainerRecord;
  readonly paths: ContainerPaths;
  readonly index: number;
}

/** An artifact is as many mounts as it has files. */
async function mountRequests(
  { store, record, paths }: ResolveInputs,
  request: MountRequest,
): Promise<readonly MountRequest[]> {
  if (request.type !== "artifact") return [request];
  const { artifactBinds } = await import("./artifact-mounts.ts");
  return artifactBinds(store, request, { record, paths });
}

async function resolveMount(surroundings: ResolveInputs, request: MountRequest): Promise<ResolvedMount> {
  switch (request.type) {
    case "bind":
      return bindMount(surroundings, request);
    case "volume":
      return volumeMount(surroundings, request);
    default:
      return { request, sourceFlags: [] };
  }
}

async function bindMount(
  surroundings: ResolveInputs,
  request: Extract<MountRequest, { type: "bind" }>,
): Promise<ResolvedMount> {
  const { source, subpath } = request;
  const mount = withSource(surroundings, { request, source });
  if (subpath === undefined) return mount;
  const { paths, index } = surroundings;
  const { withSubpath } = await import("./subpath.ts");
  return withSubpath(mount, { root: source, path: subpath, paths, index, whose: `"${source}"` });
}

async function volumeMount(
  surroundings: ResolveInputs,
  request: Extract<MountRequest, { type: "volume" }>,
): Promise<ResolvedMount> {
  const { store, record, paths, index } = surroundings;
  const volume = record.volumes.find(({ destination }) => destination === request.destination);
  if (volume === undefined) throw new NotFoundError(`no volume for "${request.destination}": no such volume`);
  const filled = await copyUpVolume(store, volume.name, {
    lowers: () => rootfsLowers(store, { ...record, idMaps: record.options.idMaps }),
    destination: request.destination,
    nocopy: !request.copy,
    owner: () => containerUserOnHost(store, record, paths),
  });
  const root = volumeData(store, volume.name);
  if (statSync(root, { throwIfNoEntry: false }) === undefined)
    throw new NotFoundError(`volume "${volume.name}" has no "_data": no such file or directory`);
  const mount = { ...withSource(surroundings, { request, source: root }), ...(filled && { filled }) };
  if (request.subpath === undefined) return mount;
  const { withSubpath } = await import("./subpath.ts");
  const whose = `volume "${volume.name}"`;
  return withSubpath(mount, { root, path: request.subpath, paths, index, whose });
}

function withSource(
  { paths, index }: ResolveInputs,
  { request, source }: { request: Extract<MountRequest, { type: "bind" | "volume" }>; source: string },
): ResolvedMount {
  const sourceFlags = flagNames(mountFlags(source));
  if (request.overlay === undefined) return { request, source, sourceFlags };
  const directory = join(paths.directory, "overlay", String(index));
  const overlay = {
    upper: request.overlay.upper ?? join(directory, "upper"),
    work: request.overlay.work ?? join(directory, "work"),
  };
  for (const path of Object.values(overlay)) mkdirSync(path, { recursive: true });
  return { request, source, sourceFlags, overlay };
}

function flagNames(flags: number): string[] {
  return FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
}
