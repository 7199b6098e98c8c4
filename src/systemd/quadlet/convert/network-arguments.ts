import { TspodError } from "../../../errors.ts";
import { parseNetworks } from "../../../options/parse/network.ts";
import type { Section } from "../../unit-file/section.ts";
import { endingOf } from "../kinds.ts";
import { type Conversion, requireQuadlet } from "./conversion.ts";

/**
 * @throws {TspodError} With file and line, if a run could not have it. What systemd has to fill in, the run
 * itself looks at.
 */
function checkNetwork({ section }: Conversion, network: string): void {
  if (network.includes("%")) return;
  parseNetwork(section, network);
}

function parseNetwork(section: Section, network: string): void {
  try {
    parseNetworks([network]);
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    throw section.error("Network", error.message);
  }
}

export function networkArguments(conversion: Conversion): string[] {
  return conversion.section.all("Network").flatMap((network) => {
    const [name = "", ...options] = network.split(":");
    const ending = endingOf(name);
    if (ending !== "container" && ending !== "network") {
      checkNetwork(conversion, network);
      return ["--network", network];
    }
    const other = requireQuadlet(conversion, "Network", name);
    if (ending === "network") return ["--network", [other, ...options].join(":")];
    if (options.length > 0)
      throw conversion.section.error(
        "Network",
        "extra options are not supported when joining another container's network",
      );
    return ["--network", `container:${other}`];
  });
}
