import type { BuiltEntry } from "../../test/fixtures/build-tar.ts";
import type { Random } from "./random.ts";

/** Names that meet each other in one layer, and in the one below it. */
const NAMES = [
  "a",
  "b",
  "a/b",
  "a/b/c",
  "s",
  "s/f",
  "below",
  "below/f",
  "deep/er/f",
  "a/../b",
  "./a//b",
  "nul\xe9",
];
const WHITEOUTS = [
  ".wh.a",
  ".wh..wh..opq",
  "a/.wh.b",
  "a/.wh..wh..opq",
  "below/.wh.f",
  ".wh.below",
  "s/.wh.f",
  "a/.wh..",
  ".wh.",
];
const WAYS_OUT = [
  "../out",
  "../../out/secret",
  "/",
  "/etc/passwd",
  "/proc/self/fd",
  "/proc/self/root",
  ".",
  "..",
  "",
];
/** Flags of files, hard links, symlinks, devices, directories and pipes; the last is none. */
const TYPES = ["0", "0", "1", "2", "3", "4", "5", "6", "7", "?"];
const XATTRS = [
  "user.x",
  "user.overlay.opaque",
  "trusted.overlay.opaque",
  "security.capability",
  "system.posix_acl_access",
  "no.such",
];
const MODES = [0o644, 0o755, 0, 0o7777, 0o4711];
const IDS = [0, 0, 0, 1, 1, 5, 1000, 1000, 70_000];

/**
 * Layers that a mutation of bytes seldom comes to: whole entries of any kind, with names that meet.
 * @param outside absolute path of a directory that no entry may reach
 */
export function randomEntries(random: Random, outside: string): BuiltEntry[] {
  const links = [...NAMES, ...WAYS_OUT, outside, `${outside}/secret`];
  return Array.from({ length: 1 + random.below(12) }, () => randomEntry(random, links));
}

function randomEntry(random: Random, links: readonly string[]): BuiltEntry {
  const odd = random.below(16);
  const names = odd === 0 ? WAYS_OUT : odd < 4 ? WHITEOUTS : NAMES;
  const type = random.pick(TYPES);
  return {
    name: random.pick(names),
    type,
    link: random.pick(links),
    mode: random.pick(MODES),
    uid: random.pick(IDS),
    gid: random.pick(IDS),
    mtime: random.below(2) * 1_700_000_000,
    ...(type === "0" && { body: "x".repeat(random.below(3) * 700) }),
    ...(random.below(4) === 0 && { pax: randomPax(random, links) }),
  };
}

function randomPax(random: Random, links: readonly string[]): Record<string, string> {
  return random.pick([
    { path: random.pick(links) },
    { linkpath: random.pick(links) },
    { [`SCHILY.xattr.${random.pick(XATTRS)}`]: random.pick(["y", "", "\x01\0\0\x02"]) },
    { size: String(random.below(4000)) },
    { mtime: random.pick(["-1.5", "1e400", "99999999999999"]) },
    { uid: random.pick(["-1", "4294967295", "x"]) },
    { "GNU.sparse.size": "9", "GNU.sparse.map": random.pick(["1,1,5,1", "0,9999999", "5,1,1,1"]) },
  ]);
}
