import { readFileSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import type { IdMapEntry } from "../../oci/id-maps.ts";
import { readIdMaps } from "../../rootless/id-map.ts";

/** What `@` in an id map is looked up in; front ends reach it here. */
export { readIdMaps as ownIdMaps };

/**
 * The ids that subuid(5) or subgid(5) gives to a name, in a row from 0 on, by their numbers in our user
 * namespace.
 * @throws {TspodError} If the file gives the name none, or none that this namespace has: only the caller's
 *   own id can be had then.
 */
export function subordinateIds(
  file: "subuid" | "subgid",
  name: string,
  { etc = "/etc", proc = "/proc" }: { etc?: string; proc?: string } = {},
): IdMapEntry[] {
  const ranges = readFileSync(`${etc}/${file}`, "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .filter(([owner]) => owner === name)
    .map(([, first, size]) => ({ first: Number(first), size: Number(size) }));
  if (ranges.length === 0) throw new TspodError(`no ${file} ranges found for user "${name}" in /etc/${file}`);
  const ours = readIdMaps(proc)[file === "subuid" ? "uid" : "gid"];
  let containerId = 0;
  return ranges.map(({ first, size }) => {
    const run = ours.find(({ hostId, size: length }) => first >= hostId && first + size <= hostId + length);
    if (run === undefined) {
      throw new TspodError(
        `the ids of "${name}" in /etc/${file} are not those of the user who calls: nobody else's can be had`,
      );
    }
    const mapping = { containerId, hostId: run.containerId + first - run.hostId, size };
    containerId += size;
    return mapping;
  });
}
