import { TspodError } from "../errors.ts";
import { ownValue } from "../oci/shape.ts";
import { splitFilter } from "../options/filter/filter-pair.ts";
import { labelTest } from "../options/filter/label-filter.ts";
import { parseBoolean } from "../options/parse/boolean.ts";
import { parseTimeBound } from "../options/time-bound.ts";
import type { NetworkRecord } from "./record.ts";

type Test = (network: NetworkRecord) => boolean;

/** Keys that stand once: Podman's words where one comes again. */
const ONCE: Readonly<Record<string, string>> = {
  dangling: 'got more than one value for filter key "dangling"',
  until: "specify exactly one timestamp for until",
};

export interface NetworkFilterFacts {
  /** Milliseconds since the epoch, for `until`. */
  readonly now: number;
  /** Whether a container is in the network. */
  readonly isUsed: (network: NetworkRecord) => boolean;
  /** Prune knows labels and until only. */
  readonly pruning?: boolean;
}

/**
 * `--filter` of `network ls` and `network prune`: the same key twice means either (labels: both), different
 * keys mean both.
 * @throws {TspodError} If a filter is unknown or has a value that it can't have.
 */
export function networkFilter(filters: readonly string[], facts: NetworkFilterFacts): Test {
  const byKey = new Map<string, Test[]>();
  for (const filter of filters) {
    const [key, value] = splitFilter(filter);
    const once = byKey.has(key) ? ownValue(ONCE, key) : undefined;
    if (once !== undefined) throw new TspodError(once);
    byKey.set(key, [...(byKey.get(key) ?? []), filterTest(key, value, facts)]);
  }
  return (network) =>
    [...byKey].every(([key, tests]) =>
      key.startsWith("label") ? tests.every((test) => test(network)) : tests.some((test) => test(network)),
    );
}

function filterTest(key: string, value: string, facts: NetworkFilterFacts): Test {
  switch (key) {
    case "label": {
      const test = labelTest(value);
      return ({ labels = {} }) => test(labels);
    }
    case "label!": {
      const test = labelTest(value);
      return ({ labels = {} }) => !test(labels);
    }
    case "until": {
      const limit = parseTimeBound(value, facts.now);
      return ({ created }) => Date.parse(created) < limit;
    }
  }
  if (!facts.pruning) return listTest(key, value, facts);
  throw new TspodError(`invalid filter "${key}"`);
}

function listTest(key: string, value: string, { isUsed }: NetworkFilterFacts): Test {
  switch (key) {
    case "name": {
      const pattern = patternOf(value);
      return ({ name }) => pattern.test(name);
    }
    case "id":
      return ({ id }) => id.startsWith(value) || (!/^[0-9a-f]*$/.test(value) && patternOf(value).test(id));
    case "driver":
      return ({ driver }) => driver === value;
    case "dangling": {
      const wanted = parseBoolean(value);
      if (wanted === undefined) throw new TspodError(`invalid dangling filter value "${value}"`);
      return (network) => !isUsed(network) === wanted;
    }
    default:
      throw new TspodError(`invalid filter "${key}"`);
  }
}

function patternOf(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch (cause) {
    throw new TspodError(`"${value}" is no regular expression`, { cause });
  }
}
