import { TspodError } from "../errors.ts";
import { splitFilter } from "../options/filter/filter-pair.ts";
import { labelTest } from "../options/filter/label-filter.ts";
import { parseTimeBound } from "../options/time-bound.ts";
import { infraOf, type Pod } from "../pod/state/pods.ts";
import { idPattern } from "./id-pattern.ts";

type Test = (pod: Pod) => boolean;

const MEMBER_STATES = ["created", "running", "paused", "stopped", "exited", "unknown"];
const POD_STATES = ["stopped", "running", "paused", "exited", "dead", "created", "degraded"];

/**
 * `--filter` of `pod ps` and `pod prune`: the values of one key are alternatives (of labels, all must be
 * there), the keys add up.
 * @param now milliseconds since the epoch
 * @throws {TspodError} If a filter is unknown or has a value that it can't have.
 */
export function podFilter(filters: readonly string[], now: number): Test {
  const byKey = new Map<string, Test[]>();
  for (const filter of filters) {
    const [key, value] = splitFilter(filter);
    byKey.set(key, [...(byKey.get(key) ?? []), filterTest(key, value, now)]);
  }
  return (pod) =>
    [...byKey].every(([key, tests]) =>
      key.startsWith("label") || key === "until"
        ? tests.every((test) => test(pod))
        : tests.some((test) => test(pod)),
    );
}

function filterTest(key: string, value: string, now: number): Test {
  switch (key) {
    case "id":
      return byPattern(idPattern(value), ({ record }) => [record.id]);
    case "name":
      return byPattern(value, ({ record }) => [record.name]);
    case "ctr-ids":
      return byPattern(idPattern(value), ({ members }) => members.map(({ record }) => record.id));
    case "ctr-names":
      return byPattern(value, ({ members }) => members.map(({ record }) => record.name));
    case "ctr-number":
      return byNumber(value);
    case "ctr-status":
      return byMemberState(value);
    case "status":
      return byState(value);
    case "label": {
      const test = labelTest(value);
      return ({ record }) => test(record.labels);
    }
    case "label!": {
      const test = labelTest(value);
      return ({ record }) => !test(record.labels);
    }
    case "network":
      return (pod) => networksOf(pod).includes(value);
    case "until": {
      const limit = parseTimeBound(value, now);
      return ({ record }) => Date.parse(record.created) < limit;
    }
    default:
      throw new TspodError(`${key} is an invalid filter`);
  }
}

function byPattern(pattern: string, texts: (pod: Pod) => readonly string[]): Test {
  try {
    const regexp = new RegExp(pattern);
    return (pod) => texts(pod).some((text) => regexp.test(text));
  } catch (cause) {
    throw new TspodError(`"${pattern}" is no regular expression`, { cause });
  }
}

function byNumber(value: string): Test {
  if (!/^\d+$/.test(value)) throw new TspodError(`ctr-number "${value}" is no number`);
  return ({ members }) => members.length === Number(value);
}

function byMemberState(value: string): Test {
  if (!MEMBER_STATES.includes(value)) throw new TspodError(`${value} is not a valid status`);
  const wanted = value === "stopped" ? "exited" : value;
  return ({ members }) => members.some(({ state }) => state.status === wanted);
}

function byState(value: string): Test {
  if (!POD_STATES.includes(value)) throw new TspodError(`${value} is not a valid pod status`);
  return ({ status }) => status.toLowerCase() === value;
}

/** Names of the networks that a pod is in. */
export function networksOf(pod: Pod): string[] {
  const mode = infraOf(pod)?.record.options.network.mode;
  return mode?.kind === "bridge" ? mode.networks.map(({ name }) => name) : [];
}
