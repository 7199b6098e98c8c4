import { TspodError } from "../errors.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const RULE = "names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument";

/** @throws {TspodError} If a container can't be called so. */
export function checkContainerName(name: string): void {
  if (!NAME.test(name)) throw new TspodError(`running container create option: ${RULE}`);
}

/** @throws {TspodError} If a volume can't be called so. */
export function checkVolumeName(name: string): void {
  if (!NAME.test(name))
    throw new TspodError(`creating named volume "${name}": running volume create option: ${RULE}`);
}
