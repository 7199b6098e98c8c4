import { TspodError } from "../errors.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** What a file's name can have: a name is one, in the store. */
const MAX_NAME_LENGTH = 255;
const TOO_LONG = `names must not be longer than ${MAX_NAME_LENGTH} characters: invalid argument`;
/** Podman's words. */
const NAME_RULE = "names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument";

/**
 * The rule that a name breaks, for a message; undefined: a container, volume or the like can be called so.
 */
export function brokenNameRule(name: string): string | undefined {
  if (!NAME.test(name)) return NAME_RULE;
  return name.length > MAX_NAME_LENGTH ? TOO_LONG : undefined;
}

/** A container's name as it is kept: Docker's API puts a slash before each, and Podman takes it off again. */
export function withoutSlash(name: string): string {
  return name.startsWith("/") ? name.slice(1) : name;
}

/** @throws {TspodError} If a container can't be called so. */
export function checkContainerName(name: string): void {
  const rule = brokenNameRule(name);
  if (rule !== undefined) throw new TspodError(`running container create option: ${rule}`);
}

/** @throws {TspodError} If the volume of a `--volume` can't be called so. */
export function checkVolumeName(name: string): void {
  const rule = brokenNameRule(name);
  if (rule !== undefined)
    throw new TspodError(`creating named volume "${name}": running volume create option: ${rule}`);
}
