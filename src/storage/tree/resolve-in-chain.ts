import { readlinkat, S_IFLNK, S_IFMT } from "../../os/at.ts";
import type { ByteString } from "../tar/byte-string.ts";
import { holdFile } from "./held-file.ts";
import type { LowerChain, LowerNode } from "./lower-chain.ts";

/** @see symlink(7) */
const SYMLINKS_MAX = 40;

/**
 * Follow an image's symlinks inside of it: a clean path without any, or undefined where that leads nowhere,
 * or in circles.
 */
export function resolveInChain(chain: LowerChain, path: ByteString): ByteString | undefined {
  return walk(chain, path, () => undefined);
}

/**
 * The same for what need not be there: a name that is missing is a part of the path.
 * @returns undefined where it leads in circles
 */
export function resolveMissing(chain: LowerChain, path: ByteString): ByteString | undefined {
  return walk(chain, path, (name) => name);
}

/** @param missing the name that stands for one that is not there; undefined ends the walk */
function walk(
  chain: LowerChain,
  path: ByteString,
  missing: (name: ByteString) => ByteString | undefined,
): ByteString | undefined {
  const done: ByteString[] = [];
  const rest = path.split("/").reverse();
  for (let hops = 0; rest.length > 0; ) {
    const part = rest.pop() ?? "";
    if (part === "" || part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    const node = chain.find([...done, part].join("/"));
    if (node !== undefined && (node.status.mode & S_IFMT) === S_IFLNK) {
      if (++hops > SYMLINKS_MAX) return undefined;
      const target = readLink(node);
      if (target.startsWith("/")) done.length = 0;
      rest.push(...target.split("/").reverse());
      continue;
    }
    const name = node === undefined ? missing(part) : part;
    if (name === undefined) return undefined;
    done.push(name);
  }
  return done.join("/");
}

/** Nothing at all where it is a symlink no more. */
function readLink(node: LowerNode): ByteString {
  using held = holdFile(node);
  if (held === undefined || (held.status.mode & S_IFMT) !== S_IFLNK) return "";
  return readlinkat(held.fd, "").toString("latin1");
}
