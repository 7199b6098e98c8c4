import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { NotFoundError, TspodError } from "../errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { ImageConfig, ImageHistory, ImageProcessConfig } from "../oci/image-config.ts";
import { sourceName } from "../options/container-record.ts";
import { counted, type TransferCounter } from "../options/format-transfer.ts";
import { mount, umount } from "../os/mount.ts";
import { inDirectory } from "../os/working-directory.ts";
import { appendEvent } from "../storage/events.ts";
import { adoptImage } from "../storage/images/adopt-image.ts";
import { createImage } from "../storage/images/new-image.ts";
import { resolveImage, type StoredImage } from "../storage/images/stored-image.ts";
import { addLayer } from "../storage/layers/new-layer.ts";
import { rootfsDriver } from "../storage/rootfs/rootfs-driver.ts";
import { leaseContent } from "../storage/storage-lock.ts";
import { makeTmpDirectory } from "../storage/tmp-directory.ts";
import { packTree } from "../storage/tree/pack-tree.ts";
import { pauseContainer, unpauseContainer } from "./pause.ts";
import { ownerSeenInside } from "./rootfs/container-user.ts";
import { rootfsDirectories } from "./rootfs/rootfs-directories.ts";
import { containerEvent } from "./start/event.ts";
import type { Engine } from "./state/engine.ts";
import { type Container, withState } from "./state/list.ts";
import { unlessRemoved } from "./state/unless-removed.ts";

export interface CommitOptions {
  /** Full reference; absent: the image is known by its ID only. */
  readonly name: string | undefined;
  readonly author: string | undefined;
  /** For the history; needs the docker format. */
  readonly message: string | undefined;
  readonly format: "oci" | "docker";
  /** Stop the container's processes meanwhile. */
  readonly pause: boolean;
  /** One layer with all files, instead of the image's layers and one more. */
  readonly squash: boolean;
  /** What the image's config becomes, from what the container makes of it. */
  readonly change: (config: ImageProcessConfig) => ImageProcessConfig;
  /** Whether the container's named volumes become volumes of the image, as its anonymous ones do. */
  readonly includeVolumes: boolean;
  /** RFC 3339. */
  readonly created: string;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
  readonly counter?: TransferCounter | undefined;
}

/** Files that a runtime makes to mount something on: they are no content. */
const MOUNT_POINTS = new Set(["etc/hostname", "etc/hosts", "etc/resolv.conf", "run/.containerenv"]);

/**
 * Make an image of a container's files and settings, with its event (podman-events(1): `commit`). The
 * container may run.
 * @throws {TspodError} If it was made with --rootfs.
 * @throws {NotFoundError} If it is removed meanwhile.
 */
export function commitContainer(
  engine: Engine,
  container: Container,
  options: CommitOptions,
): Promise<StoredImage> {
  return unlessRemoved(container, () => commitFiles(engine, container, options));
}

async function commitFiles(
  engine: Engine,
  container: Container,
  options: CommitOptions,
): Promise<StoredImage> {
  const { store } = engine;
  const base = baseImage(engine, container);
  const pause = options.pause && container.state.status === "running";
  using _lease = await leaseContent(store);
  await adoptImage(store, base);
  options.note("Getting image source signatures");
  const below = options.squash || rootfsDriver(store) === "copy" ? [] : base.config.rootfs.diff_ids;
  using undo = new DisposableStack();
  if (pause) {
    pauseContainer(engine, container);
    undo.defer(() => unpauseContainer(engine, withState(engine, container.record)));
  }
  const { root, whiteouts } = filesToPack(engine, container, { squash: options.squash, undo });
  const tar = packTree(root, {
    whiteouts,
    mountPoints: MOUNT_POINTS,
    owner: ownerSeenInside(container.record),
  });
  const { descriptor, diffId } = await addLayer(store, counted(tar, options.counter), {
    below,
    signal: options.signal,
  });
  undo[Symbol.dispose](); // the container goes on as soon as its files are read
  const layers = [...(below.length === 0 ? [] : base.manifest.layers), descriptor];
  const image = await writeImage(engine, { base, layers, diffIds: [...below, diffId], container, options });
  appendEvent(store, containerEvent(container.record, "commit"));
  return image;
}

function baseImage({ store }: Engine, { record }: Container): StoredImage {
  if (record.image === undefined)
    throw new TspodError("cannot commit a container that uses an exploded rootfs");
  const found = resolveImage(store, record.image.id);
  if (found === undefined) throw new NotFoundError(`${record.image.name}: image not known`);
  return found.image;
}

/**
 * The upper directory; or all files together, by a mount that no other process sees and that can't be written
 * to.
 */
function filesToPack(
  { store }: Engine,
  { record, paths }: Container,
  { squash, undo }: { squash: boolean; undo: DisposableStack },
): { root: string; whiteouts: boolean } {
  if (rootfsDriver(store) === "copy") return { root: join(paths.directory, "merged"), whiteouts: false };
  const directories = rootfsDirectories(store, record, paths);
  const [upper = ""] = directories;
  if (!squash) return { root: upper, whiteouts: true };
  const work = undo.use(makeTmpDirectory(store, "commit"));
  const root = join(work.path, "files");
  mkdirSync(root);
  mountAll(directories, { links: work.path, root });
  undo.defer(() => umount(root, 0));
  return { root, whiteouts: false };
}

/** By short links, from where they are: mount(2) takes one page of data. */
function mountAll(directories: readonly string[], { links, root }: { links: string; root: string }): void {
  for (const [index, path] of directories.entries()) symlinkSync(path, join(links, String(index)));
  const data = `lowerdir=${[...directories.keys()].join(":")},userxattr`;
  inDirectory(links, () => mount("overlay", root, { type: "overlay", data }));
}

interface Committed {
  readonly base: StoredImage;
  readonly layers: readonly Descriptor[];
  readonly diffIds: readonly Digest[];
  readonly container: Container;
  readonly options: CommitOptions;
}

async function writeImage(
  { store }: Engine,
  { base, layers, diffIds, container, options }: Committed,
): Promise<StoredImage> {
  const { created, format, note, name } = options;
  for (const diffId of diffIds) note(`Copying blob ${diffId}`);
  const { config: _, rootfs: __, history, author, ...rest } = base.config;
  const config: ImageConfig = {
    ...rest,
    created,
    ...withAuthor(options.author ?? author),
    config: options.change(processConfig(base, container, options)),
    rootfs: { type: "layers", diff_ids: diffIds },
    history: [...(diffIds.length === 1 ? [] : (history ?? [])), historyEntry(container, options)],
  };
  const image = await createImage(store, {
    name,
    config,
    layers,
    format,
    annotations: base.manifest.annotations,
  });
  note(`Copying config ${image.id}`);
  note("Writing manifest to image destination");
  return image;
}

function withAuthor(author: string | undefined): { author?: string } {
  return author === undefined || author === "" ? {} : { author };
}

function historyEntry(
  { record }: Container,
  { created, author, message, format }: CommitOptions,
): ImageHistory {
  const from = `FROM ${sourceName(record)}`;
  return {
    created,
    created_by: "/bin/sh",
    ...withAuthor(author),
    comment: message !== undefined && format === "docker" ? message : from,
  };
}

/** The image's settings with what the container was created with on top, as Podman merges them. */
function processConfig(
  { config }: StoredImage,
  { record }: Container,
  { includeVolumes }: CommitOptions,
): ImageProcessConfig {
  const { process: settings, labels, network, hostname, mounts } = record.options;
  // The container's command is the whole truth: an entrypoint of its own takes the image's command away.
  const { Cmd: _, ...before } = config.config ?? {};
  const mapped = network.ports.map(({ containerPort, protocol }) => ({ port: containerPort, protocol }));
  const ports = [...network.exposed, ...mapped].map(({ port, protocol }) => `${port}/${protocol}`);
  const volumes = mounts.filter(
    (each) => each.type === "volume" && (includeVolumes || each.name === undefined),
  );
  const env = hostname === undefined ? settings.env : [...settings.env, `HOSTNAME=${hostname}`];
  return {
    ...before,
    Env: env,
    ...(settings.user === "" ? {} : { User: settings.user }),
    ...(settings.entrypoint.length > 0 && { Entrypoint: settings.entrypoint }),
    ...(settings.command.length > 0 && { Cmd: settings.command }),
    WorkingDir: settings.workdir,
    ...(Object.keys(labels).length > 0 && { Labels: labels }),
    ...(ports.length > 0 && {
      ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
    }),
    ...(volumes.length > 0 && {
      Volumes: Object.fromEntries(volumes.map(({ destination }) => [destination, {}])),
    }),
  };
}
