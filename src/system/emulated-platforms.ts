import { readdirSync } from "node:fs";
import { join } from "node:path";
import { elfArchitecture } from "../oci/elf.ts";
import { readSmallTextIfThere } from "../os/files/read-small-file.ts";

/**
 * The platforms whose programs the kernel hands to an emulator: `linux/arm64`, sorted.
 * @param directory the mount point of binfmt_misc; it may be missing
 * @returns none where it is off. An interpreter without the flag F is left out: the kernel would look for it
 * in the container.
 * @see https://docs.kernel.org/admin-guide/binfmt-misc.html
 */
export function emulatedPlatforms(directory = "/proc/sys/fs/binfmt_misc"): string[] {
  if (readSmallTextIfThere(join(directory, "status"))?.trim() !== "enabled") return [];
  const found = readdirSync(directory)
    .filter((name) => name !== "status" && name !== "register")
    .map((name) => architectureOf(readSmallTextIfThere(join(directory, name)) ?? ""))
    .filter((architecture) => architecture !== undefined);
  return [...new Set(found)].sort().map((architecture) => `linux/${architecture}`);
}

/** Undefined for an entry that is off, works on the host alone, or isn't of ELF files. */
function architectureOf(entry: string): string | undefined {
  const field = (name: string): string => new RegExp(`^${name}:? +(\\S+)$`, "m").exec(entry)?.[1] ?? "";
  const isUsed = entry.startsWith("enabled\n") && field("flags").includes("F") && field("offset") === "0";
  return isUsed ? elfArchitecture(Buffer.from(field("magic"), "hex")) : undefined;
}
