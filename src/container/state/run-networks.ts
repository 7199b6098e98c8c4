import { existsSync, readFileSync } from "node:fs";
import type { AttachedNetwork, RunNetworks } from "../../network/attached-network.ts";
import { parseRecord } from "../../storage/record.ts";
import type { ContainerPaths } from "./paths.ts";

/** The networks with names of a container's last run, which may be over; none where there was no run. */
export function readRunNetworks({
  networkFacts,
}: Pick<ContainerPaths, "networkFacts">): readonly AttachedNetwork[] {
  if (!existsSync(networkFacts)) return [];
  return parseRecord<RunNetworks>(readFileSync(networkFacts, "utf8"), networkFacts).networks;
}
