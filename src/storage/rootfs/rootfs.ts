import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import { type IdMaps, keepsIds } from "../../oci/id-maps.ts";
import { layerFiles } from "../layers/layers.ts";
import type { Store } from "../store.ts";
import { isOpaqueRoot } from "../tree/opaque.ts";
import { findFuseOverlayfs, type RootfsDriver, rootfsDriver } from "./rootfs-driver.ts";

/** One mount(2), as data: the monitor does it in its own mount namespace, with `cwd` as current directory. */
export interface MountStep {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly flags: number;
  readonly data: string;
  readonly cwd: string;
}

export interface RootfsPlan {
  readonly driver: RootfsDriver;
  readonly mounts: readonly MountStep[];
  /** Commands to run before the mounts, each to its success. */
  readonly prepare: readonly (readonly string[])[];
  /** Absolute path of the root file system once all that is done. */
  readonly path: string;
  /** One line for the user. */
  readonly warning?: string;
  /** For inspect's GraphDriver; absolute paths, topmost first. */
  readonly lowers: readonly string[];
}

/** mount(2) takes one page of data, with its final NUL. */
const DATA_MAX = 4095;
/** overlayfs: "too many lower directories, limit is 500". */
const LOWERS_MAX = 500;

export interface RootfsRequest {
  /** Layers, base first. */
  readonly chainIds: readonly Digest[];
  /** Absolute path of a directory that is there in place of layers. */
  readonly base?: string | undefined;
  /** Absolute path of the container's directory. */
  readonly directory: string;
  /** Absolute path of where the files are to be; absent: `merged` in that directory. */
  readonly path?: string | undefined;
  /**
   * Ids of the container, where they are not those of our user namespace: its layers are copies with other
   * owners.
   */
  readonly idMaps?: IdMaps | undefined;
  /**
   * Whether the end of the mount need not wait until the disk has everything: overlayfs syncs the whole file
   * system then.
   */
  readonly volatile?: boolean | undefined;
}

/**
 * How to make the root file system of a container out of its layers (base first) and its own upper directory.
 * With the plain copy the files are copied here and now, once.
 */
export async function rootfsPlan(store: Store, request: RootfsRequest): Promise<RootfsPlan> {
  return planWithDriver(store, { ...request, driver: rootfsDriver(store) });
}

/** As rootfsPlan(), with a given driver. */
export async function planWithDriver(
  store: Store,
  request: RootfsRequest & { driver: RootfsDriver },
): Promise<RootfsPlan> {
  const { chainIds, base, directory, idMaps, driver, volatile = false } = request;
  if (chainIds.length > LOWERS_MAX) {
    throw new TspodError(`image has ${chainIds.length} layers: at most ${LOWERS_MAX} can be mounted`);
  }
  const lowers = base === undefined ? await rootfsLowers(store, { chainIds, idMaps }) : [base];
  const path = request.path ?? `${directory}/merged`;
  const found = { driver, lowers, path, prepare: [], mounts: [] };
  switch (driver) {
    case "overlay":
      return { ...found, mounts: [overlayMount(store, lowers, { directory, path, volatile })] };
    case "fuse-overlayfs":
      return { ...found, prepare: [fuseCommand(lowers, directory, path)] };
    case "copy": {
      const { copyLayers } = await import("../layers/copy-layers.ts");
      await copyLayers(lowers.toReversed(), path);
      return { ...found, warning: COPY_WARNING };
    }
  }
}

/**
 * Absolute paths of the files of the layers that are visible, topmost first. Copies for other owners are made
 * here.
 */
export async function rootfsLowers(
  store: Store,
  { chainIds, idMaps }: Pick<RootfsRequest, "chainIds" | "idMaps">,
): Promise<readonly string[]> {
  const lost = chainIds.find((id) => !existsSync(layerFiles(store, id)));
  if (lost !== undefined) throw (await import("../layers/lost-layer.ts")).lostLayer(store, lost);
  const topFirst = visibleLayers(store, chainIds.toReversed());
  // An id that the container has not is nobody's there, with the copy as without it.
  if (idMaps === undefined || keepsIds(idMaps)) return topFirst.map((id) => layerFiles(store, id));
  return mappedLayers(store, topFirst, idMaps);
}

/** Once for each layer and map. */
async function mappedLayers(
  store: Store,
  chainIds: readonly Digest[],
  idMaps: IdMaps,
): Promise<readonly string[]> {
  const { mappedLayer } = await import("../layers/mapped-layer.ts");
  return Promise.all(chainIds.map((id) => mappedLayer(store, id, idMaps)));
}

/**
 * A layer that is opaque at its root hides all below it. overlayfs doesn't look for that mark there, so they
 * are left out.
 */
function visibleLayers(store: Store, topFirst: readonly Digest[]): readonly Digest[] {
  const opaque = topFirst.findIndex((id) => isOpaqueRoot(layerFiles(store, id)));
  return opaque === -1 ? topFirst : topFirst.slice(0, opaque + 1);
}

const COPY_WARNING =
  "overlay mounts do not work here and fuse-overlayfs is not installed: the image is copied for each container, which is slow and takes its full size each time";

/**
 * All paths in the mount data are relative and made of our own names, so nothing in the user's paths needs
 * escaping, and many layers fit. Where they don't, short symlinks stand for them.
 */
function overlayMount(
  store: Store,
  lowers: readonly string[],
  { directory, path, volatile }: { directory: string; path: string; volatile: boolean },
): MountStep {
  const more = volatile ? ",volatile" : "";
  forgetVolatile(directory);
  const step = { source: "overlay", target: path, type: "overlay", flags: 0 };
  const own = relative(store.layers, directory);
  const names = lowers.map((path) => nameOf(store, path));
  const plain = overlayData(names, own) + more;
  if (lowers.length > 0 && plain.length <= DATA_MAX && ![own, ...names].some((name) => /[\\,:]/.test(name)))
    return { ...step, data: plain, cwd: store.layers };
  const links = `${directory}/lower`;
  makeLinks(links, lowers);
  const linked = lowers.length === 0 ? ["empty"] : lowers.map((_, index) => String(index));
  return { ...step, data: overlayData(linked, "..") + more, cwd: links };
}

/**
 * A lower directory as seen from the layers. One outside the store keeps its absolute path: `..` leads to the
 * real parents of a store that is reached by a symlink. Most are below: relative() looks at each character.
 */
function nameOf({ root, layers }: Store, path: string): string {
  if (path.startsWith(`${layers}/`)) return path.slice(layers.length + 1);
  return path.startsWith(`${root}/`) ? relative(layers, path) : path;
}

/** overlayfs makes it below its work directory. */
const VOLATILE_MARK = "work/work/incompat";

/**
 * overlayfs leaves a mark in its work directory, and refuses to mount what was mounted as volatile before,
 * since a crash of the machine may have left parts of files. A start that failed leaves the mark as well.
 */
function forgetVolatile(directory: string): void {
  const mark = `${directory}/${VOLATILE_MARK}`;
  if (existsSync(mark)) rmSync(mark, { recursive: true, force: true });
}

function overlayData(lowers: readonly string[], own: string): string {
  return `lowerdir=${lowers.join(":")},upperdir=${own}/upper,workdir=${own}/work,userxattr`;
}

/** An image without layers still needs a lower directory. */
function makeLinks(links: string, lowers: readonly string[]): void {
  mkdirSync(lowers.length === 0 ? join(links, "empty") : links, { recursive: true });
  for (const [index, path] of lowers.entries()) {
    const link = join(links, String(index));
    // Of an earlier start. It is the same for layers; the pause program may be elsewhere after an update.
    rmSync(link, { force: true });
    symlinkSync(path, link);
  }
}

function fuseCommand(lowers: readonly string[], directory: string, path: string): string[] {
  const program = findFuseOverlayfs() ?? "fuse-overlayfs";
  const escaped = (each: string) => each.replace(/[\\,:]/g, "\\$&");
  const empty = join(directory, "lower", "empty");
  if (lowers.length === 0) mkdirSync(empty, { recursive: true });
  const lower = (lowers.length === 0 ? [empty] : lowers).map(escaped).join(":");
  const [upper, work] = [join(directory, "upper"), join(directory, "work")].map(escaped);
  return [program, "-o", `lowerdir=${lower},upperdir=${upper},workdir=${work}`, path];
}
