import { matchesGlob } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import { resolveImage, type StoredImage } from "../../storage/image-store.ts";
import type { Store } from "../../storage/store.ts";
import { repositoryAndTag } from "../image-name-parts.ts";
import { parseTimeBound } from "../time-bound.ts";

type Test = (image: StoredImage) => boolean;

/**
 * `--filter` of `images` and `image prune`: the same key twice means either (labels: both), different keys mean both.
 * @param now milliseconds since the epoch, for `until`
 * @throws {TspodError} If a filter is unknown or has no value.
 */
export function imageFilter(store: Store, filters: readonly string[], { now }: { now: number }): Test {
  const byKey = new Map<string, Test[]>();
  for (const filter of filters) {
    const equals = filter.indexOf("=");
    if (equals === -1)
      throw new TspodError(`invalid image filter "${filter}": must be in the format "filter=value"`);
    const key = filter.slice(0, equals);
    const test = filterTest(store, key, { value: filter.slice(equals + 1), now });
    byKey.set(key, [...(byKey.get(key) ?? []), test]);
  }
  return (image) =>
    [...byKey].every(([key, tests]) =>
      key.startsWith("label") ? tests.every((test) => test(image)) : tests.some((test) => test(image)),
    );
}

function filterTest(store: Store, key: string, { value, now }: { value: string; now: number }): Test {
  switch (key) {
    case "dangling":
      return isTrue(key, value) ? ({ names }) => names.length === 0 : ({ names }) => names.length > 0;
    case "label":
      return labelTest(value);
    case "label!": {
      const has = labelTest(value);
      return (image) => !has(image);
    }
    case "until": {
      const limit = parseTimeBound(value, now);
      return (image) => createdAt(image) < limit;
    }
    case "reference":
      return ({ names }) => names.some((name) => matchesReference(name, value));
    case "id":
      return ({ id }) => id.slice("sha256:".length).startsWith(value);
    case "before":
      return createdTest(store, value, (time, reference) => time < reference);
    case "since":
    case "after":
      return createdTest(store, value, (time, reference) => time > reference);
    case "intermediate":
    case "readonly":
      return isTrue(key, value) ? () => false : () => true;
    default:
      throw new TspodError(`unsupported image filter "${key}"`);
  }
}

function isTrue(key: string, value: string): boolean {
  if (/^(?:1|t|true)$/i.test(value)) return true;
  if (/^(?:0|f|false)$/i.test(value)) return false;
  throw new TspodError(`non-boolean value "${value}" for ${key} filter`);
}

function labelTest(value: string): Test {
  const [key = "", wanted] = value.split(/=(.*)/s);
  return ({ config }) => {
    const label = config.config?.Labels?.[key];
    return label !== undefined && (wanted === undefined || label === wanted);
  };
}

function createdTest(
  store: Store,
  text: string,
  compare: (time: number, reference: number) => boolean,
): Test {
  const found = resolveImage(store, text);
  if (found === undefined) throw new NotFoundError(`${text}: image not known`);
  const reference = createdAt(found.image);
  return (image) => compare(createdAt(image), reference);
}

function createdAt({ config }: StoredImage): number {
  return Date.parse(config.created ?? "") || 0;
}

/** The whole name, the repository, or the end of either, as a pattern of the shell. */
function matchesReference(name: string, pattern: string): boolean {
  const { repository } = repositoryAndTag(name);
  return [name, repository].some((text) => matchesGlob(text, pattern) || matchesGlob(text, `**/${pattern}`));
}
