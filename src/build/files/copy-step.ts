import { posix } from "node:path";
import { NotFoundError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import { type FileStatus, S_IFDIR, S_IFMT } from "../../os/at.ts";
import { pathBeneath } from "../parse/clean-path.ts";
import { parseIgnorePattern } from "../parse/ignore-rules.ts";
import type { CopyStep } from "../plan/step.ts";
import type { ChangeMode } from "./change-mode.ts";
import type { ContentHasher } from "./content-digest.ts";
import { type CopyOptions, copySource } from "./copy-source.ts";
import type { Destination } from "./destination.ts";
import type { Source, SourceRoot } from "./source-root.ts";

/** Something that is to be copied, and the tree that it is in. */
export interface FoundSource {
  readonly source: Source;
  readonly root: SourceRoot;
  /** Whether an archive was unpacked: its contents are copied, whatever the name of the destination is. */
  readonly isUnpacked?: boolean;
  /** Takes the digest of what is copied. */
  readonly hasher?: ContentHasher;
}

export interface CopyRequest {
  readonly step: CopyStep;
  readonly found: readonly FoundSource[];
  /** Asked for by `--chown`. */
  readonly owner: Owner | undefined;
  readonly changeMode: ChangeMode | undefined;
  readonly writeOut: CopyOptions["writeOut"];
  readonly digests: CopyOptions["digests"];
  readonly earlier: CopyOptions["earlier"];
  readonly copied: CopyOptions["copied"];
}

const ROOT: Owner = { uid: 0, gid: 0 };
const DIRECTORY_MODE = 0o755;

/**
 * Put what was found where the step says.
 * @throws {NotFoundError} If nothing was found.
 * @throws {TspodError} If a file stands where a directory is to be, or the other way round.
 */
export async function copyToDestination(to: Destination, request: CopyRequest): Promise<void> {
  const { step, found } = request;
  const [only, second] = found;
  if (only === undefined) {
    const patterns = step.sources.map((each) => `"${each}"`).join(", ");
    throw new NotFoundError(`no files were found by ${patterns}: no such file or directory`);
  }
  const path = to.resolve(step.destination);
  const there = to.find(path)?.status;
  const isDirectory =
    second !== undefined || step.destination.endsWith("/") || (there !== undefined && isDirectoryMode(there));
  for (const each of found) await copyOne(to, each, { request, path, isDirectory });
}

interface Place {
  readonly request: CopyRequest;
  /** From the root, through all links. */
  readonly path: string;
  /** Whether files go into it by their own names. */
  readonly isDirectory: boolean;
}

async function copyOne(to: Destination, found: FoundSource, place: Place): Promise<void> {
  const { source, root } = found;
  const { request } = place;
  const target = targetOf(found, place);
  // As BuildKit: what an archive has keeps its modes.
  const changeMode = found.isUnpacked ? undefined : request.changeMode;
  const options: CopyOptions = {
    rules: { ignore: root.rules, exclude: request.step.excludes.map(parseIgnorePattern) },
    owner: found.isUnpacked ? undefined : (request.owner ?? (root.keepsOwners ? undefined : ROOT)),
    changeMode,
    writeOut: request.writeOut,
    digests: request.digests,
    earlier: request.earlier,
    copied: request.copied,
    onVisit: found.hasher?.visit,
  };
  const directory = to.directory(target.directory, {
    owner: request.owner ?? ROOT,
    // As BuildKit: no setuid and the like for a directory that nothing asked for.
    mode: (changeMode?.(S_IFDIR | DIRECTORY_MODE) ?? DIRECTORY_MODE) & 0o777,
  });
  await copySource(source, { to, at: { directory, name: Buffer.from(target.name) }, options });
}

/** The directory that a source's contents, or a file, goes into. */
function targetOf({ source, isUnpacked }: FoundSource, { request, path, isDirectory }: Place) {
  const { step } = request;
  if (step.parents) {
    const kept = keptPath(source, step);
    const directory = source.isDirectory ? kept : posix.dirname(kept);
    return { directory: joined(path, directory), name: source.name };
  }
  if (source.isDirectory || isUnpacked) return { directory: path, name: "" };
  if (isDirectory) return { directory: path, name: source.name };
  const parent = posix.dirname(path);
  return { directory: parent === "." ? "" : parent, name: posix.basename(path) };
}

/** `/./` in a source says where the part begins that is kept. */
function keptPath(source: Source, { sources }: CopyStep): string {
  const pivots = sources.flatMap((word) => {
    const at = word.indexOf("/./");
    return at === -1 ? [] : [pathBeneath(word.slice(0, at))];
  });
  const pivot = pivots.find((each) => each !== "" && source.written.startsWith(`${each}/`));
  return pivot === undefined ? source.written : source.written.slice(pivot.length + 1);
}

function joined(path: string, more: string): string {
  return [path, more === "." ? "" : more].filter(Boolean).join("/");
}

function isDirectoryMode({ mode }: FileStatus): boolean {
  return (mode & S_IFMT) === S_IFDIR;
}
