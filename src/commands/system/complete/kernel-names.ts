import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isNamespacedSysctl } from "../../../options/parse/sysctl.ts";
import type { Names } from "./directive.ts";

const SYSCTLS = "/proc/sys";
/** Their settings, and those of kernel/ that have no directory of their own, may differ in a container. */
const DIRECTORIES = ["fs/mqueue", "kernel", "net"];

/** Names for --sysctl, as sysctl(8) has them: those of this kernel that a container can have for itself. */
export function sysctlNames(): Names {
  const words = DIRECTORIES.flatMap(filesBelow).map((path) => path.replaceAll("/", "."));
  return { words: words.filter(isNamespacedSysctl), directive: "NoFileComp" };
}

/** Paths of files below a directory of /proc/sys. */
function filesBelow(directory: string): string[] {
  return entriesOf(join(SYSCTLS, directory)).flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** The network cards of the host: sysfs(5), /sys/class/net. */
export function networkInterfaces(): Names {
  return { words: entriesOf("/sys/class/net").map(({ name }) => name), directive: "NoFileComp" };
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return []; // a shell waits for the answer: what can't be looked up is not completed
  }
}
