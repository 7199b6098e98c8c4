import { TspodError } from "../errors.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** Podman's words for what a name is made of. */
export const NAME_RULE = "names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument";

/** Whether a container, volume or the like can be called so. */
export function isName(name: string): boolean {
  return NAME.test(name);
}

/** @throws {TspodError} If a container can't be called so. */
export function checkContainerName(name: string): void {
  if (!isName(name)) throw new TspodError(`running container create option: ${NAME_RULE}`);
}

/** @throws {TspodError} If a volume can't be called so. */
export function checkVolumeName(name: string): void {
  if (!isName(name))
    throw new TspodError(`creating named volume "${name}": running volume create option: ${NAME_RULE}`);
}
