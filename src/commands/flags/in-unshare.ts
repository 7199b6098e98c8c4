import type { Call } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { TspodError } from "../../errors.ts";

/**
 * Mounts are of use only where the user can look at them: in the mount namespace of a `tspod unshare`.
 * @throws {TspodError} If the call has one of its own, in Podman's words.
 */
export function requireUnshare<T extends FlagTable>({ launch, words }: Call<T>): void {
  if (launch.callerMounts) return;
  const command = [launch.name, ...words].join(" ");
  throw new TspodError(
    `cannot run command "${command}" in rootless mode, must execute \`${launch.name} unshare\` first`,
  );
}
