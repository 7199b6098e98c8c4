import { goTimeWithMethods } from "./time.ts";
import { isGoTime, withGoNames } from "./value.ts";

/*
 * Only loaded with a `--format` template.
 */

/**
 * A list's row for a template: its times have their methods, its fields may be named as in JSON, too, and the
 * structs that Podman has embedded in its rows are the row itself.
 * @param embedded names of these structs: `ListContainer` in `ps`
 */
export function goRow(row: object, embedded: readonly string[] = []): object {
  const named = withGoNames(row);
  const view: object = new Proxy(row, {
    has: (_, key) => isEmbedded(key) || Reflect.has(named, key),
    get: (_, key) => (isEmbedded(key) ? view : withMethods(Reflect.get(named, key))),
  });
  function isEmbedded(key: string | symbol): boolean {
    return typeof key === "string" && embedded.includes(key);
  }
  return view;
}

function withMethods(value: unknown): unknown {
  return isGoTime(value) ? goTimeWithMethods(value.toJSON()) : value;
}
