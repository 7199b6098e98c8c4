import { InUseError, NotFoundError, type TspodError } from "../errors.ts";
import { ExitCode } from "../os/exit-code.ts";

const MISSING = 1;
const IN_USE = 2;

/**
 * The exit code of `rm`, `rmi` and `volume rm` for a removal that failed: 1 not there, 2 in use, otherwise
 * 125. Of several failures the greatest counts.
 * @see podman-rm(1), podman-rmi(1), podman-volume-rm(1), "Exit Status"
 */
export function removalExitCode(error: TspodError): number {
  if (error instanceof NotFoundError) return MISSING;
  return error instanceof InUseError ? IN_USE : ExitCode.failed;
}
