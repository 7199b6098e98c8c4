import { closeSync, constants, openSync } from "node:fs";
import { S_IFMT, S_IFREG } from "../../os/at.ts";
import { readAtMost } from "../../os/read-at-most.ts";
import { holdFile } from "../../storage/tree/held-file.ts";
import { openLowerChain } from "../../storage/tree/lower-chain.ts";
import { resolveInChain } from "../../storage/tree/resolve-in-chain.ts";

/** The texts of /etc/passwd and /etc/group in a root filesystem; empty where there are none. */
export interface AccountFiles {
  readonly passwdText: string;
  readonly groupText: string;
}

/**
 * Read them without mounting: from the topmost directory of the overlay that has them.
 * @param directories upper directory first, base last
 */
export function readAccountFiles(directories: readonly string[]): AccountFiles {
  return {
    passwdText: readImageEtc(directories, "passwd"),
    groupText: readImageEtc(directories, "group"),
  };
}

/** Bytes. Larger files are no accounts, but an attack on our memory. */
const LIMIT = 1024 * 1024;

/**
 * A file of /etc as an image has it, as UTF-8; empty where there is none, or no plain file of at most 1 MiB.
 * Symlinks are followed inside the root filesystem, and lead nowhere else. A container may swap it meanwhile:
 * what is read is the very file that was looked at.
 * @param directories upper directory first, base last
 */
export function readImageEtc(directories: readonly string[], name: string): string {
  using chain = openLowerChain(directories);
  const path = resolveInChain(chain, `etc/${name}`);
  const node = path === undefined ? undefined : chain.find(path);
  using held = node && holdFile(node);
  if (held === undefined || (held.status.mode & S_IFMT) !== S_IFREG) return "";
  return readAccounts(`/proc/self/fd/${held.fd}`);
}

/** Of a file that is known to be a regular one: empty where it has more than 1 MiB. */
export function readAccounts(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readAtMost(fd, LIMIT)?.toString("utf8") ?? "";
  } finally {
    closeSync(fd);
  }
}
