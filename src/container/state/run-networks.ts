import { existsSync, readFileSync } from "node:fs";
import { DamagedError } from "../../errors.ts";
import type { AttachedNetwork, RunNetworks } from "../../network/attached-network.ts";
import { parseRecord } from "../../storage/record.ts";
import type { ContainerPaths } from "./paths.ts";

/**
 * The networks with names of a container's last run, which may be over; none where there was no run, or what
 * is noted of it is not whole: it is not flushed, and a power cut ends the run as well.
 * @throws {TspodError} If a newer tspod has written it.
 */
export function readRunNetworks({
  networkFacts,
}: Pick<ContainerPaths, "networkFacts">): readonly AttachedNetwork[] {
  if (!existsSync(networkFacts)) return [];
  try {
    return parseRecord<RunNetworks>(readFileSync(networkFacts, "utf8"), networkFacts).networks;
  } catch (error) {
    if (error instanceof DamagedError) return [];
    throw error;
  }
}
