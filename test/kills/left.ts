import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Host } from "../support/host.ts";

/** Ids and random names say nothing of what is there. */
const RANDOM: readonly (readonly [RegExp, string])[] = [
  [/(containers|pods|exec|crun|runc|members)\/[0-9a-f]{64}/g, "$1/ID"],
  [/[0-9a-f]{64}\.lock/g, "ID.lock"],
];
/** Caches, which any call may fill, and logs that grow. */
const CACHES =
  /^data\/tspod\/(?:places|build\/digests|rootfs-driver\.json|locks\/(?:names|events)\.lock)|^run\/tspod\/(?:seccomp|live\.lock|keeper)/;
/** What lies in a container's own directories depends on how far it has run. */
const INSIDE = /^(?:data|run)\/tspod\/(?:containers|pods)\/ID\/.+/;

/** Every file of the store, the runtime directory and the quadlets, sorted; those of containers as one. */
export function filesOf(host: Host): string[] {
  const found: string[] = [];
  const walk = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      const name = RANDOM.reduce(
        (text, [from, to]) => text.replace(from, to),
        relative(host.directory, path),
      );
      if (CACHES.test(name) || INSIDE.test(name)) continue;
      found.push(name);
      if (entry.isDirectory() && !/\/layers\/[0-9a-f]{64}\/fs$|\/volumes\/[^/]+\/_data$/.test(name))
        walkQuietly(path);
    }
  };
  const walkQuietly = (directory: string): void => {
    try {
      walk(directory);
    } catch {
      // Of a subordinate id, or gone meanwhile.
    }
  };
  walkQuietly(join(host.dataDirectory, "tspod"));
  walkQuietly(join(host.runtimeDirectory, "tspod"));
  walkQuietly(join(host.configDirectory, "containers"));
  return found.sort();
}

/** What runs, without pids: the keeper and the command that keeps it are always there. */
export function processesOf(host: Host): string[] {
  return [...host.processes().values()]
    .map((line) => line.replace(/[0-9a-f]{64}/g, "ID").replace(/tspod-faults.*/, "tspod-faults"))
    .sort();
}
