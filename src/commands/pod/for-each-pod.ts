import type { Call } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import type { Engine } from "../../container/state/engine.ts";
import { errorLine, TspodError } from "../../errors.ts";
import { PodMembersError } from "../../pod/each-member.ts";
import { engineOf } from "../flags/engine-of.ts";
import { type podSelectionFlags, type SelectedPod, selectPods } from "../flags/pod/select-pods.ts";

type Selected = Pick<typeof podSelectionFlags, "all" | "latest"> & Partial<typeof podSelectionFlags>;

interface Manner {
  /** What is printed of a pod: as Podman, the ID with some commands, and what was typed with others. */
  readonly prints: "id" | "operand";
  /** Pods that are passed over. */
  readonly skips?: (selected: SelectedPod) => boolean;
}

/**
 * Do something with each pod that a call selects, and print it; one failure does not stop the rest. What went
 * wrong is printed, a line for each container.
 * @returns the exit code
 */
export async function forEachPod<T extends FlagTable & Selected>(
  call: Call<T>,
  act: (engine: Engine, selected: SelectedPod) => Promise<void>,
  { prints, skips = () => false }: Manner,
): Promise<number> {
  const engine = engineOf(call);
  let code = 0;
  for (const selected of selectPods(engine, call as unknown as Parameters<typeof selectPods>[1])) {
    if (skips(selected)) continue;
    try {
      await act(engine, selected);
      call.print(prints === "id" ? selected.pod.record.id : selected.operand);
    } catch (error) {
      if (!(error instanceof TspodError)) throw error;
      for (const line of errorLines(error)) call.warn(line);
      code = error.exitCode;
    }
  }
  return code;
}

function errorLines(error: TspodError): string[] {
  return error instanceof PodMembersError ? error.lines.map(errorLine) : [errorLine(error)];
}
