import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { acquireLock, type FileLock } from "../os/file-lock.ts";
import { overwriteText } from "../os/files/overwrite-text.ts";
import { hasCode } from "../os/system-error.ts";
import type { Store } from "../storage/store.ts";

/** What is in force in a run, and what is about to be. */
const FILES = ["networks", "networks.new"];

/**
 * Who has which address, read from what the runs of containers say themselves: no list of leases could be
 * forgotten in one that was killed.
 */
export interface Leases {
  /** The container whose run says that it has the address; undefined: none. It may have ended. */
  of(address: string): string | undefined;
  /** The last address that was given in a subnet of a network. */
  last(network: string, subnet: string): string | undefined;
  setLast(network: string, subnet: string, address: string): void;
}

/** Held from reading the leases until what was chosen stands in the file of the run. */
export function lockLeases({ locks }: Store): Promise<FileLock> {
  return acquireLock(join(locks, "addresses.lock"));
}

/** @param runtimeDirectory with `containers/<id>/networks`, and networks.new, for each run */
export function readLeases(runtimeDirectory: string, { root }: Store): Leases {
  const taken = takenAddresses(join(runtimeDirectory, "containers"));
  const lasts = join(root, "last-addresses");
  const key = (network: string, subnet: string) => join(lasts, `${network} ${subnet.replace("/", "-")}`);
  return {
    of: (address) => taken.get(address),
    last: (network, subnet) => orNothing(() => readFileSync(key(network, subnet), "utf8").trimEnd()),
    setLast(network, subnet, address) {
      mkdirSync(lasts, { recursive: true, mode: 0o700 });
      overwriteText(key(network, subnet), address); // not flushed: lost, the round begins anew
    },
  };
}

function takenAddresses(containers: string): ReadonlyMap<string, string> {
  const taken = new Map<string, string>();
  for (const id of orNothing(() => readdirSync(containers)) ?? []) {
    for (const name of FILES) {
      const text = orNothing(() => readFileSync(`${containers}/${id}/${name}`, "utf8")) ?? "";
      for (const [, address = ""] of text.matchAll(/ address=([^/ ]+)\//g)) taken.set(address, id);
    }
  }
  return taken;
}

/** Directory `network` in the runtime directory, where the holder is. */
export function holderDirectory(runtimeDirectory: string): string {
  return join(runtimeDirectory, "network");
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
