import { TspodError } from "../errors.ts";
import { splitFilter } from "../options/filter/filter-pair.ts";
import { entryTest, labelTest } from "../options/filter/label-filter.ts";
import { parseTimeBound } from "../options/time-bound.ts";
import type { Store } from "../storage/store.ts";
import { lookupVolume, type VolumeRecord, volumeUsers } from "./volumes.ts";

type Test = (volume: VolumeRecord) => boolean;

/**
 * `--filter` of `volume ls` and `volume prune`: the same key twice means either (labels: both), different
 * keys mean both.
 * @param now milliseconds since the epoch, for `until`
 * @throws {TspodError} If a filter is unknown or has no value.
 */
export function volumeFilter(store: Store, filters: readonly string[], { now }: { now: number }): Test {
  const byKey = new Map<string, Test[]>();
  for (const filter of filters) {
    const [key, value] = splitFilter(filter);
    byKey.set(key, [...(byKey.get(key) ?? []), filterTest(store, key, { value, now })]);
  }
  return (volume) =>
    [...byKey].every(([key, tests]) =>
      key.startsWith("label") ? tests.every((test) => test(volume)) : tests.some((test) => test(volume)),
    );
}

function filterTest(store: Store, key: string, { value, now }: { value: string; now: number }): Test {
  switch (key) {
    case "name": {
      const pattern = namePattern(value);
      return ({ name }) => pattern.test(name);
    }
    case "driver":
      return ({ driver }) => driver === value;
    case "scope":
      return () => value === "local";
    case "until": {
      const limit = parseTimeBound(value, now);
      return ({ created }) => Date.parse(created) < limit;
    }
    case "after":
    case "since": {
      const limit = Date.parse(lookupVolume(store, value).created);
      return ({ created }) => Date.parse(created) > limit;
    }
    case "label": {
      const test = labelTest(value);
      return ({ labels }) => test(labels);
    }
    case "label!": {
      const test = labelTest(value);
      return ({ labels }) => !test(labels);
    }
    case "opt": {
      const test = entryTest(value);
      return ({ options }) => test(options);
    }
    case "dangling": {
      if (!/^(?:0|1|true|false)$/i.test(value))
        throw new TspodError(
          `"${value}" is not a valid value for the "dangling" filter - must be true or false`,
        );
      const wanted = /^[1t]/i.test(value);
      return ({ name }) => (volumeUsers(store, name).length === 0) === wanted;
    }
    default:
      throw new TspodError(`"${key}" is an invalid volume filter`);
  }
}

function namePattern(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch (cause) {
    throw new TspodError(`"${value}" is not a valid value for the "name" filter`, { cause });
  }
}
