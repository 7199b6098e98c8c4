import type { Call } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { removalExitCode } from "../../cli/removal-exit-code.ts";
import { errorLine, messageChain, NotFoundError, TspodError } from "../../errors.ts";
import type { Removal } from "../../image/remove.ts";

/**
 * Remove one after the other; one failure does not stop the rest. Told at the end, as Podman does: the names,
 * then the IDs, then what went wrong.
 * @returns the exit code
 */
export async function removeEach<T extends FlagTable>(
  call: Call<T>,
  operands: readonly string[],
  { ignore, remove }: { readonly ignore: boolean; readonly remove: (operand: string) => Promise<Removal> },
): Promise<number> {
  const removals: Removal[] = [];
  const failures: TspodError[] = [];
  for (const operand of operands) {
    try {
      removals.push(await remove(operand));
    } catch (error) {
      if (!(error instanceof TspodError)) throw error;
      if (!(error instanceof NotFoundError && ignore)) failures.push(error);
    }
  }
  for (const { untagged } of removals) for (const name of untagged) call.print(`Untagged: ${name}`);
  for (const { deleted } of removals) if (deleted !== undefined) call.print(`Deleted: ${deleted}`);
  if (failures.length > 0) call.warn(errorLine(joined(failures)));
  return Math.max(0, ...failures.map(removalExitCode));
}

function joined(failures: readonly TspodError[]): string {
  const [only = "", ...more] = failures.map(messageChain);
  if (more.length === 0) return only;
  return [`${failures.length} errors occurred:`, only, ...more].join("\n\t* ");
}
