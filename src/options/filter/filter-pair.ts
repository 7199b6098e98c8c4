import { TspodError } from "../../errors.ts";

/**
 * A `--filter`, cut at its first `=`. The key of `label!=x` is `label!`.
 * @throws {TspodError} If it has no `=`, in the words that Podman has for most commands.
 */
export function splitFilter(filter: string): [key: string, value: string] {
  const equals = filter.indexOf("=");
  if (equals < 0)
    throw new TspodError(`filter input must be in the form of filter=value: ${filter} is invalid`);
  return [filter.slice(0, equals), filter.slice(equals + 1)];
}
