import type { Container } from "../container/state/list.ts";
import type { NetworkOptions } from "../options/create-options.ts";

/** As many containers as may stand in a row, each in the network of the next. */
const LONGEST_CHAIN = 16;

/**
 * What is published for a container: its own ports, or those of the container whose network it shares.
 * @param all called where it shares one
 */
export function networkOf(
  container: Pick<Container, "record">,
  all: () => readonly Pick<Container, "record">[],
): NetworkOptions {
  let { network } = container.record.options;
  for (let steps = 0; network.mode.kind === "container" && steps < LONGEST_CHAIN; steps++) {
    const owner = namedContainer(network.mode.container, all());
    if (owner === undefined) break;
    network = owner.record.options.network;
  }
  return network;
}

/** As it was typed: a name, an ID, or the beginning of one. */
export function namedContainer(
  text: string,
  all: readonly Pick<Container, "record">[],
): Pick<Container, "record"> | undefined {
  return (
    all.find(({ record }) => record.name === text || record.id === text) ??
    all.find(({ record }) => record.id.startsWith(text))
  );
}
