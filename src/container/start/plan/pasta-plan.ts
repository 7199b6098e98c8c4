import { pastaCommand } from "../../../network/pasta.ts";
import {
  hostAddresses,
  pastaHostAddress,
  pastaNameserver,
  pastaOwnAddress,
} from "../../../network/pasta-host.ts";
import type { CreateOptions } from "../../../options/create-options.ts";
import { hasOwnUserNamespace } from "../../../spec/generate/id-maps.ts";
import { latePlan, type NetworkPlan, type NetworkSurroundings } from "./network-plan.ts";

/**
 * The network of a container with pasta: a module of its own, since few containers have one.
 * @param words of `--network pasta:OPTIONS`
 * @throws {TspodError} If pasta is not installed, or can't forward a port.
 */
export function planPasta(
  options: CreateOptions,
  words: readonly string[],
  { paths, path }: Pick<NetworkSurroundings, "paths" | "path">,
): NetworkPlan {
  const command = pastaCommand(words, options.network.ports, { netns: paths.netns, path });
  const host = hostAddresses();
  const plan: NetworkPlan = {
    records: [
      ["netns", paths.netns],
      ["network-prepare", ...command],
    ],
    hostAddress: pastaHostAddress(command, host),
    ownAddress: pastaOwnAddress(command, host.taken),
    namespace: paths.netns,
    addresses: undefined,
    nameserver: pastaNameserver(command),
  };
  return hasOwnUserNamespace(options) ? latePlan(plan) : plan;
}
