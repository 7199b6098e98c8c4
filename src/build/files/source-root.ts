import { closeSync, constants, openSync, readlinkSync } from "node:fs";
import { posix } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import {
  AT_EMPTY_PATH,
  fstatat,
  O_PATH,
  openat2,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  S_IFDIR,
  S_IFMT,
} from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import type { HeldFile } from "../../storage/tree/held-file.ts";
import { pathBeneath } from "../parse/clean-path.ts";
import { type IgnoreRule, judgeFromRoot, mayKeepBelow } from "../parse/ignore-rules.ts";

/** A tree that files are taken from: a context, a stage, an image. */
export interface SourceRoot {
  /** Absolute path. */
  readonly path: string;
  /** The rules of its ignore file. */
  readonly rules: readonly IgnoreRule[];
  /** Absolute path of that file; absent: there is none. */
  readonly ignoreFile?: string | undefined;
  /** Whether files keep their owners; those of a context belong to root. */
  readonly keepsOwners: boolean;
}

/** The same, open. No path given to it leads out: the kernel resolves them in that root. */
export interface OpenRoot extends SourceRoot, Disposable {
  readonly fd: number;
}

/** One file or directory that an instruction names. */
export interface Source {
  readonly held: Pick<HeldFile, "fd" | "status">;
  readonly isDirectory: boolean;
  /** Of a directory: it is ignored itself, and something in it may not be. */
  readonly isIgnored: boolean;
  /** What it is called at its destination. */
  readonly name: string;
  /** From the root, without symlinks: what ignore rules are about. */
  readonly path: string;
  /** From the root, as the instruction says it. */
  readonly written: string;
}

export function openRoot(root: SourceRoot): OpenRoot {
  const fd = openSync(root.path, O_PATH | constants.O_DIRECTORY);
  return { ...root, fd, [Symbol.dispose]: () => closeSync(fd) };
}

/**
 * What stands at a path; symlinks are followed inside of the root, the last one, too.
 * @param written as the instruction has it: `..` ends at the root
 * @param undo closes what is opened
 * @throws {NotFoundError} If there is nothing, or an ignore file hides it.
 */
export function openSource(root: OpenRoot, written: string, undo: DisposableStack): Source {
  const clean = pathBeneath(written);
  const fd = undo.adopt(openInRoot(root, clean, written), closeSync);
  const path = pathInRoot(root, fd);
  const status = fstatat(fd, "", AT_EMPTY_PATH);
  const isDirectory = (status.mode & S_IFMT) === S_IFDIR;
  const isIgnored = path !== "" && judgeFromRoot(root.rules, path).isIgnored;
  // A directory that is ignored may have something in it that an exception keeps.
  if (isIgnored && !(isDirectory && mayKeepBelow(root.rules, path))) {
    throw ignored(root, written);
  }
  return { held: { fd, status }, isDirectory, isIgnored, name: posix.basename(clean), path, written: clean };
}

function openInRoot(root: OpenRoot, clean: string, written: string): number {
  try {
    return openat2(root.fd, clean || ".", {
      flags: O_PATH,
      resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    });
  } catch (cause) {
    if (hasCode(cause, "ENOENT", "ENOTDIR")) throw notFound(clean, written);
    throw new TspodError(`reading "${written}"`, { cause });
  }
}

function notFound(clean: string, written: string): NotFoundError {
  const hint = isAbove(written)
    ? `: "${written}" is taken from the root of the context (possible escaping context directory error)`
    : "";
  return new NotFoundError(`"/${clean}": not found${hint}`);
}

/** Whether a path leads above the directory that it begins in. */
function isAbove(path: string): boolean {
  return posix.normalize(path.replace(/^\/+/, "")).split("/")[0] === "..";
}

/** Read from the kernel, so that it is where the way through all symlinks has led. */
function pathInRoot(root: OpenRoot, fd: number): string {
  const [top, path] = [root.fd, fd].map((each) => readlinkSync(`/proc/self/fd/${each}`));
  if (top === undefined || path === undefined || path === top) return "";
  const prefix = top === "/" ? "/" : `${top}/`;
  if (!path.startsWith(prefix)) throw new TspodError(`"${path}" is not beneath "${top}" any more`);
  return path.slice(prefix.length);
}

/** For what is there and must not be taken. */
export function ignored({ ignoreFile }: SourceRoot, written: string): NotFoundError {
  const path = pathBeneath(written);
  const by = ignoreFile ?? "an ignore file";
  return new NotFoundError(`"/${path}": no such file or directory (1 filtered out using ${by})`);
}
