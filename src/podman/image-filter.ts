import { matchesGlob } from "node:path";
import { NotFoundError, TspodError } from "../errors.ts";
import { resolveAny } from "../image/lists.ts";
import { repositoryAndTag } from "../image/name-parts.ts";
import { digestHex } from "../oci/digest.ts";
import { labelTest } from "../options/filter/label-filter.ts";
import { parseBoolean } from "../options/parse/boolean.ts";
import { parseTimeBound } from "../options/time-bound.ts";
import { imageUserCounts } from "../storage/images/image-removal.ts";
import type { Store } from "../storage/store.ts";
import type { Listable } from "./image-row.ts";

type Test = (image: Listable) => boolean;

/**
 * `--filter` of `images` and `image prune`: the same key twice means either (labels: both), different keys
 * mean both.
 * @param now milliseconds since the epoch, for `until`
 * @throws {TspodError} If a filter is unknown or has no value.
 */
export function imageFilter(store: Store, filters: readonly string[], { now }: { now: number }): Test {
  const byKey = new Map<string, Test[]>();
  for (const filter of filters) {
    const [, key = "", not, value = ""] = /^(.*?)(!?)=(.*)$/s.exec(filter) ?? [];
    if (not === undefined)
      throw new TspodError(
        `invalid image filter "${filter}": must be in the format "filter=value or filter!=value"`,
      );
    const test = filterTest(store, key, { value, now });
    const negated: Test = (image) => !test(image);
    byKey.set(key + not, [...(byKey.get(key + not) ?? []), not === "" ? test : negated]);
  }
  return (image) =>
    [...byKey].every(([key, tests]) =>
      key.startsWith("label") || key.endsWith("!")
        ? tests.every((test) => test(image))
        : tests.some((test) => test(image)),
    );
}

function filterTest(store: Store, key: string, { value, now }: { value: string; now: number }): Test {
  switch (key) {
    case "dangling":
      return isTrue(key, value) ? ({ names }) => names.length === 0 : ({ names }) => names.length > 0;
    case "label": {
      const test = labelTest(value);
      return ({ config }) => test(config.config?.Labels ?? {});
    }
    case "until": {
      const limit = parseTimeBound(value, now);
      return (image) => createdAt(image) < limit;
    }
    case "reference":
      return referenceTest(store, value);
    case "id":
      return ({ id }) => digestHex(id).startsWith(value);
    case "before":
      return createdTest(store, { key, value }, (time, reference) => time < reference);
    case "since":
    case "after":
      return createdTest(store, { key, value }, (time, reference) => time > reference);
    case "containers": {
      const [wanted, users] = [isTrue(key, value), imageUserCounts(store)];
      return ({ id }) => users.has(id) === wanted;
    }
    case "manifest":
      return isTrue(key, value) ? (image) => "index" in image : (image) => !("index" in image);
    case "readonly": {
      const wanted = isTrue(key, value);
      return ({ readOnlyStore }) => (readOnlyStore !== undefined) === wanted;
    }
    case "intermediate":
      return isTrue(key, value) ? () => false : () => true;
    default:
      throw new TspodError(
        `invalid image filter "${key}": must be in the format "filter=value or filter!=value"`,
      );
  }
}

function isTrue(key: string, value: string): boolean {
  const wanted = parseBoolean(value);
  if (wanted === undefined) throw new TspodError(`non-boolean value "${value}" for ${key} filter`);
  return wanted;
}

function createdTest(
  store: Store,
  { key, value }: { key: string; value: string },
  compare: (time: number, reference: number) => boolean,
): Test {
  const found = resolveAny(store, value);
  if (found === undefined)
    throw new NotFoundError(
      `could not find local image for filter "${key}"="${value}": ${value}: image not known`,
    );
  const reference = createdAt(found.image);
  return (image) => compare(createdAt(image), reference);
}

function createdAt({ config }: Listable): number {
  return Date.parse(config.created ?? "") || 0;
}

/** By a pattern, or as any command takes it. */
function referenceTest(store: Store, value: string): Test {
  const wanted = resolveAny(store, value)?.image.id;
  return ({ id, names }) => id === wanted || names.some((name) => matchesReference(name, value));
}

const PATTERN_MAX = 4096;

/** The whole name, the repository, or the end of either, as a pattern of the shell. */
function matchesReference(name: string, pattern: string): boolean {
  if (pattern.length > PATTERN_MAX) return false; // Node takes no longer ones, and no name is as long
  const { repository } = repositoryAndTag(name);
  return [name, repository].some((text) => matchesGlob(text, pattern) || matchesGlob(text, `**/${pattern}`));
}
