import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { holderDirectory } from "../../network/leases.ts";
import { hasCode } from "../../os/system-error.ts";

/** What is missing of the processes that networks with names share. */
export type HolderFinding =
  | { readonly kind: "no holder" }
  /** What slirp4netns said at its end. */
  | { readonly kind: "no slirp4netns"; readonly problem: string };

/** Look for `tspod-network` of a runtime directory, and for its slirp4netns. @see docs/architecture.md */
export function examineHolder(runtimeDirectory: string, proc = "/proc"): HolderFinding[] {
  const directory = holderDirectory(runtimeDirectory);
  const holder = readdirSync(proc).find((pid) => {
    const [program = "", place] = /^\d+$/.test(pid) ? textOf(`${proc}/${pid}/cmdline`).split("\0") : [];
    return basename(program) === "tspod-network" && place === directory;
  });
  if (holder === undefined) return [{ kind: "no holder" }];
  const children = textOf(`${proc}/${holder}/task/${holder}/children`).trim().split(" ");
  if (children.some((pid) => textOf(`${proc}/${pid}/comm`).trim() === "slirp4netns")) return [];
  const problem = textOf(join(directory, "slirp.log")).trim().split("\n").at(-1) ?? "";
  return [{ kind: "no slirp4netns", problem }];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return "";
    throw error;
  }
}
