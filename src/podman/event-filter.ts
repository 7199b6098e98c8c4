import { TspodError } from "../errors.ts";
import type { StoreEvent } from "../storage/events.ts";

type Test = (event: StoreEvent) => boolean;

/**
 * `--filter` of `events`: the same key twice means either (labels: both), different keys mean both.
 * @throws {TspodError} If a filter is unknown or has no value.
 */
export function eventFilter(filters: readonly string[]): Test {
  const byKey = new Map<string, Test[]>();
  for (const filter of filters) {
    const equals = filter.indexOf("=");
    if (equals < 0) throw new TspodError(`invalid filter "${filter}": must be in the format of filter=value`);
    const key = filter.slice(0, equals);
    byKey.set(key, [...(byKey.get(key) ?? []), makeTest(key.toLowerCase(), filter.slice(equals + 1))]);
  }
  return (event) =>
    [...byKey].every(([key, tests]) =>
      key === "label" ? tests.every((test) => test(event)) : tests.some((test) => test(event)),
    );
}

function makeTest(key: string, value: string): Test {
  switch (key) {
    case "container":
    case "pod":
      return ({ Type, Name, ID }) => Type === key && (Name === value || beginsWith(ID, value));
    case "image":
      return ({ Type, Name, ID }) => Type === "image" && (Name === value || beginsWith(ID, value));
    case "volume":
      return ({ Type, Name }) => Type === "volume" && beginsWith(Name, value);
    case "event":
    case "status": {
      const wanted = value === "die" ? "died" : value; // Docker's word
      return ({ Status }) => Status === wanted;
    }
    case "type":
      return ({ Type }) => Type === value;
    case "label": {
      const equals = value.indexOf("=");
      const name = equals < 0 ? value : value.slice(0, equals);
      return ({ Attributes = {} }) =>
        Object.hasOwn(Attributes, name) && (equals < 0 || Attributes[name] === value.slice(equals + 1));
    }
    default:
      throw new TspodError(`${key} is an invalid filter`);
  }
}

function beginsWith(text: string | undefined, value: string): boolean {
  return value !== "" && text?.startsWith(value) === true;
}
