import type { Call } from "../../../cli/define-command.ts";
import { forEachOperand } from "../../../cli/for-each.ts";
import type { Engine } from "../../../container/state/engine.ts";
import type { Container } from "../../../container/state/list.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectByFlags } from "../../flags/select-filtered.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";

/** Flags of `pause` and `unpause`; each says what its --all means. */
export const freezerFlags = {
  all: selectionFlags.all,
  cidfile: selectionFlags.cidfile,
  filter: selectionFlags.filter,
  latest: selectionFlags.latest,
};

/** Freeze or thaw the containers that a call names; with --all, those of the given status. */
export async function freezeOrThaw(
  call: Call<typeof freezerFlags>,
  status: "running" | "paused",
  act: (engine: Engine, container: Container) => void,
): Promise<void> {
  const engine = engineOf(call);
  const selected = (await selectByFlags(engine, call)).filter(
    ({ container }) => !call.flags.all || container.state.status === status,
  );
  await forEachOperand(selected, {
    warn: call.warn,
    act({ operand, container }) {
      act(engine, container);
      call.print(operand);
    },
  });
}
