import { readlinkat, S_IFLNK, S_IFMT } from "../../os/addon.ts";
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
  const done: ByteString[] = [];
  const rest = path.split("/").reverse();
  let node: LowerNode | undefined = chain.find("");
  for (let hops = 0; rest.length > 0; ) {
    const part = rest.pop() ?? "";
    if (part === "" || part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    node = chain.find([...done, part].join("/"));
    if (node === undefined) return undefined;
    if ((node.status.mode & S_IFMT) !== S_IFLNK) {
      done.push(part);
      continue;
    }
    if (++hops > SYMLINKS_MAX) return undefined;
    const target = readLink(node);
    if (target.startsWith("/")) done.length = 0;
    rest.push(...target.split("/").reverse());
  }
  return done.join("/");
}

/** Nothing at all where it is a symlink no more. */
function readLink(node: LowerNode): ByteString {
  using held = holdFile(node);
  if (held === undefined || (held.status.mode & S_IFMT) !== S_IFLNK) return "";
  return readlinkat(held.fd, "").toString("latin1");
}
