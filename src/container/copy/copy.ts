import { closeSync } from "node:fs";
import { posix } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import type { TransferCounter } from "../../options/format-transfer.ts";
import { AT_EMPTY_PATH, AT_FDCWD, fstatat, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG } from "../../os/at.ts";
import { readCreator } from "../../storage/tree/attributes.ts";
import {
  type CopyJob,
  copyContents,
  copyEntry,
  makeDirectory,
  type Owner,
} from "../../storage/tree/copy-entry.ts";
import { identity } from "../../storage/tree/held-file.ts";
import {
  type FileRoot,
  type Located,
  locate,
  openNamedDirectory,
  splitLast,
} from "../../storage/tree/locate.ts";
import { containerUserOnHost } from "../rootfs/container-user.ts";
import type { Container, ContainerPlace } from "../state/list.ts";
import { openContainerRoot } from "./container-root.ts";
import { type CopyPlan, type Kind, planCopy } from "./copy-plan.ts";
import { withoutStore } from "./own-store.ts";

/** One side of a copy: a path on this host, or in a container. */
export interface CopySide {
  readonly container?: Container;
  /** In a container absolute: its working directory is in front where the user gave a relative one. */
  readonly path: string;
  /** As the user gave it, for messages. */
  readonly given: string;
  /** The words of messages for it: `"/x" could not be found on container a`. */
  readonly notFound: string;
}

export interface CopyOptions {
  /**
   * Whether copies keep the owner of the originals; otherwise they belong to the container's user, or on the
   * host to the caller.
   */
  readonly archive: boolean;
  /** Directories may take the place of what is none, and the other way round. */
  readonly overwrite: boolean;
  readonly counter?: TransferCounter | undefined;
  readonly warn: (text: string) => void;
}

/** Root in the user namespace is the user who calls. */
const CALLER: Owner = { uid: 0, gid: 0 };

/**
 * Copy files and directories between this host and containers, or between containers.
 * @throws {NotFoundError} If the source is not there.
 * @throws {TspodError} If the two don't go together.
 */
export async function copyFiles(
  place: ContainerPlace,
  { from, to }: { from: CopySide; to: CopySide },
  { archive, overwrite, counter, warn }: CopyOptions,
): Promise<void> {
  using stack = new DisposableStack();
  const roots = await openRoots(place, [from, to], stack);
  const source = locateSource(roots[0], from, stack);
  const { destination, plan } = locateDestination(roots[1], { source, from, to }, stack);
  const owner =
    to.container === undefined
      ? CALLER
      : containerUserOnHost(place.store, to.container.record, to.container.paths);
  refuseUncopyable(source, from);
  const job: CopyJob = {
    owner: archive ? owner : undefined,
    emptied: emptiedIn(roots[0], source),
    planned: roots[1].planned,
    overwrite,
    creator: readCreator(),
    destination: destination.status === undefined ? "" : identity(destination.status),
    leftOut: withoutStore({ store: place.store, warn }, source, { from, to }),
    links: new Map(),
    advance: counter?.advance,
  };
  stack.defer(() => {
    for (const fd of job.links.values()) closeSync(fd);
  });
  const path = posix.resolve("/", to.path);
  runPlan(plan, { source, destination: { ...destination, path }, job });
}

/** Whether that is a container whose files are open already: its lock can't be had twice. */
async function openRoots(
  place: ContainerPlace,
  [from, to]: readonly [CopySide, CopySide],
  stack: DisposableStack,
): Promise<[FileRoot, FileRoot]> {
  const open = async ({ container }: CopySide): Promise<FileRoot> =>
    container === undefined ? HOST : stack.use(await openContainerRoot(place, container));
  const first = await open(from);
  const same = from.container !== undefined && from.container.record.id === to.container?.record.id;
  return [first, same ? first : await open(to)];
}

/** Paths of the host begin at the working directory, and links lead where they lead. */
export const HOST: FileRoot = { fd: AT_FDCWD, resolve: 0 };

export interface Source extends Located {
  readonly status: NonNullable<Located["status"]>;
}

/** @throws {NotFoundError} If it is not there. */
export function locateSource(root: FileRoot, { path, notFound }: CopySide, stack: DisposableStack): Source {
  const found = locate(root, path);
  if (found !== undefined) stack.use(found);
  const status = found?.status;
  if (found === undefined || status === undefined)
    throw new NotFoundError(`${notFound}: no such file or directory`);
  if (kindOf(found) !== "directory" && /\/\.?$/.test(path))
    throw new NotFoundError(`${notFound}: not a directory`);
  return { ...found, status };
}

/** @throws {TspodError} In the words of the kernel, which knows nothing of a mount that is only planned. */
export function refuseReadOnly({ readOnly = false }: Located, { given }: CopySide): void {
  if (readOnly) throw new TspodError(`copying to ${JSON.stringify(given)}: read-only file system`);
}

/** Copies are made of these; a symlink is only a source where it leads nowhere. */
const COPYABLE = new Set([S_IFDIR, S_IFREG, S_IFLNK, S_IFIFO]);

/** A file that is named is refused rather than left out without a word, as it would be inside a directory. */
function refuseUncopyable({ status }: Source, { notFound, given }: CopySide): void {
  if (COPYABLE.has(status.mode & S_IFMT)) return;
  const where = notFound.slice(JSON.stringify(given).length).replace(" could not be found", "");
  throw new TspodError(
    `${JSON.stringify(given)}${where} is a device or a socket: only files, directories, symlinks and fifos are copied`,
  );
}

/** device:inode of the directories that are copied empty: those of the kernel, where none is named itself. */
export function emptiedIn({ emptied = [] }: FileRoot, { status }: Source): ReadonlySet<string> {
  return new Set(emptied.filter((each) => each !== identity(status)));
}

/** Podman's own rule; a symlink is only here where it leads nowhere. */
const TAKES_COPIES = new Set([S_IFDIR, S_IFREG, S_IFLNK]);

function locateDestination(
  root: FileRoot,
  { source, from, to }: { source: Source; from: CopySide; to: CopySide },
  stack: DisposableStack,
): { destination: Located; plan: CopyPlan } {
  const destination = locate(root, to.path);
  if (destination === undefined) throw new TspodError(`${to.notFound}: no such file or directory`);
  stack.use(destination);
  refuseReadOnly(destination, to);
  if (!TAKES_COPIES.has((destination.status?.mode ?? S_IFREG) & S_IFMT))
    throw new TspodError(
      `invalid destination: ${JSON.stringify(to.given)} must be a directory or a regular file`,
    );
  const plan = planCopy({
    source: {
      kind: kindOf(source) === "directory" ? "directory" : "other",
      name: nameOf(source, from),
      contents: /(^|\/)\.\/?$/.test(from.path),
    },
    destination: { kind: kindOf(destination), slash: to.path.endsWith("/"), notFound: to.notFound },
  });
  return { destination, plan };
}

/**
 * The name of the copy. As Podman: for a symlink on this host its own name, for one in a container that of
 * its target. Empty where a path has none.
 */
export function nameOf({ name, mountPoint = "" }: Located, { container, path }: CopySide): string {
  const last = container === undefined ? splitLast(path)[1] : name;
  return last === "." ? mountPoint : last;
}

export function kindOf({ status }: Located): Kind {
  if (status === undefined) return "missing";
  return (status.mode & S_IFMT) === S_IFDIR ? "directory" : "other";
}

function runPlan(
  plan: CopyPlan,
  {
    source,
    destination,
    job,
  }: { source: Source; destination: Located & { readonly path: string }; job: CopyJob },
): void {
  switch (plan.kind) {
    case "as":
      copyEntry(
        source,
        destination,
        kindOf(source) === "directory" ? makeDestination(destination, job) : job,
      );
      return;
    case "contents":
      copyContents(source, destination, job);
      return;
    case "into": {
      using stack = new DisposableStack();
      const dirFd = stack.adopt(openNamedDirectory(destination), closeSync);
      copyEntry(source, { dirFd, name: plan.name, path: posix.join(destination.path, plan.name) }, job);
    }
  }
}

/** Make it first: what is copied into what it holds (`/a` as `/a/b`) must not be copied for ever. */
function makeDestination(destination: Located, job: CopyJob): CopyJob {
  const made = makeDirectory(destination, job);
  try {
    return { ...job, destination: identity(fstatat(made, "", AT_EMPTY_PATH)) };
  } finally {
    closeSync(made);
  }
}
