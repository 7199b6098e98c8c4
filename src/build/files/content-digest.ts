import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { readlinkat, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../../os/at.ts";
import type { FileDigests } from "./file-digests.ts";
import type { Source } from "./source-root.ts";
import { type Visit, type WalkRules, walkSource } from "./walk-source.ts";

export interface ContentOptions {
  readonly rules: WalkRules;
  readonly digests: FileDigests;
  /** Whether owners count; a context's files all belong to root. */
  readonly keepsOwners: boolean;
}

/** Takes the digest of what a walk comes by. */
export interface ContentHasher {
  /** To be called at each visit, before the next. */
  visit(visit: Visit): void;
  /** Hex digits. */
  digest(): string;
}

export function contentHasher(options: ContentOptions): ContentHasher {
  const hash = createHash("sha256");
  return {
    visit(visit) {
      if (visit.kind !== "leave") hash.update(`${describe(visit, options)}\n`);
    },
    digest: () => hash.digest("hex"),
  };
}

/** So many files, then others have their turn. */
const AT_ONCE = 512;

/**
 * What a source holds, as one digest: names, kinds, modes, contents, link targets and the attributes that are
 * copied; no times, so that a fresh clone is the same.
 * @returns hex digits
 */
export async function contentDigest(source: Source, options: ContentOptions): Promise<string> {
  const hasher = contentHasher(options);
  let count = 0;
  for (const visit of walkSource(source, options.rules, options.digests.knownPlain)) {
    hasher.visit(visit);
    if (++count % AT_ONCE === 0) await setImmediate();
  }
  return hasher.digest();
}

/** JSON, so that no name can look like two. */
function describe(visit: Visit, { digests, keepsOwners }: ContentOptions): string {
  const { held, attributes } = visit;
  const { status } = held;
  const type = status.mode & S_IFMT;
  const { xattrs } = attributes();
  return JSON.stringify([
    visit.path === "" ? "" : visit.name.toString("latin1"),
    visit.path.split("/").length,
    type,
    // A copy of a directory's contents has neither its name nor its size, so these don't count.
    status.mode & 0o7777,
    ...(keepsOwners ? [status.uid, status.gid] : []),
    type === S_IFREG ? digests.of(held, xattrs.length === 0) : "",
    type === S_IFLNK ? readlinkat(held.fd, "").toString("latin1") : "",
    type === S_IFDIR ? 0 : status.size,
    ...xattrs
      .filter(({ name }) => !/^(?:system\.|security\.(?!capability))/.test(name))
      .map(({ name, value }) => [name, value.toString("base64")]),
  ]);
}
