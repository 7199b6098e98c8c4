import { closeSync, constants, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AT_FDCWD, mkdirat, O_PATH, openat2, renameat, S_IFDIR, S_IFMT, S_IFREG } from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import { type ByteString, toPath } from "../../storage/tar/byte-string.ts";
import { readCreator, setOwnerAndMode } from "../../storage/tree/attributes.ts";
import { holdFile, openMade, readAttributes } from "../../storage/tree/held-file.ts";
import { type LowerChain, openLowerChain } from "../../storage/tree/lower-chain.ts";
import { resolveInChain } from "../../storage/tree/resolve-in-chain.ts";

/**
 * Put a text into the place of a file of /etc, in the upper directory.
 * @param file.fresh absolute path where it is made, on the same file system
 * @returns false where the image has no such file
 */
export function writeOwn(
  directories: readonly string[],
  { name, text, fresh }: { name: "passwd" | "group"; text: string; fresh: string },
): boolean {
  using open = new DisposableStack();
  const chain = open.use(openLowerChain(directories));
  const path = resolveInChain(chain, `etc/${name}`);
  const node = path === undefined ? undefined : chain.find(path);
  const held = node && holdFile(node);
  if (path === undefined || held === undefined) return false;
  open.use(held);
  if ((held.status.mode & S_IFMT) !== S_IFREG) return false;
  rmSync(fresh, { force: true });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const fd = open.adopt(openSync(fresh, flags, 0o600), closeSync);
  writeFileSync(fd, text);
  setOwnerAndMode(fd, { creator: readCreator(), attributes: readAttributes(held), made: -1 });
  const upper = open.adopt(openSync(directories[0] ?? "", O_PATH | constants.O_DIRECTORY), closeSync);
  const directory = open.adopt(copiedUp(upper, chain, dirname(path)), closeSync);
  renameat({ dirFd: AT_FDCWD, path: fresh }, { dirFd: directory, path: toPath(path.replace(/^.*\//, "")) });
  return true;
}

/** A directory in the upper one, made where it is not there yet as overlayfs would. The caller closes it. */
function copiedUp(upper: number, chain: LowerChain, path: ByteString): number {
  let fd = openat2(upper, ".", { flags: DIRECTORY });
  let at = "";
  for (const part of path === "." ? [] : path.split("/")) {
    at = join(at, part);
    const below = openOrMake(fd, part, { chain, path: at });
    closeSync(fd);
    fd = below;
  }
  return fd;
}

const DIRECTORY = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

function openOrMake(
  dirFd: number,
  name: ByteString,
  { chain, path }: { chain: LowerChain; path: ByteString },
): number {
  try {
    return openat2(dirFd, toPath(name), { flags: DIRECTORY });
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  const node = chain.find(path); // before the chain finds what is made here
  using below = node && holdFile(node);
  mkdirat(dirFd, toPath(name), 0o700);
  const made = openMade({ dirFd, name: toPath(name) }, S_IFDIR);
  if (below !== undefined)
    setOwnerAndMode(made, { creator: readCreator(), attributes: readAttributes(below), made: -1 });
  return made;
}
