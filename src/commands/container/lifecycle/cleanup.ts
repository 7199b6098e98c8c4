import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { forEachOperand } from "../../../cli/for-each.ts";
import { cleanUpContainer } from "../../../container/cleanup.ts";
import { removeContainer } from "../../../container/remove.ts";
import { execSessions } from "../../../container/state/exec-sessions.ts";
import { findContainer, refreshed } from "../../../container/state/find.ts";
import type { Container } from "../../../container/state/list.ts";
import { NotFoundError, TspodError } from "../../../errors.ts";
import { removeImageOf } from "../../../image/remove.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectContainers } from "../../flags/select-containers.ts";
import { namesOrSelection, selectionFlags } from "../../flags/selection-flags.ts";

const flags = {
  all: { ...selectionFlags.all, help: "Clean up all containers" },
  exec: {
    type: "string",
    value: "SESSION",
    hidden: true,
    help: "Check that this exec session has ended instead: its monitor has cleared it away then",
  },
  latest: selectionFlags.latest,
  rm: { type: "boolean", help: "Remove the container too" },
  rmi: { type: "boolean", help: "Remove the container's image too" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "container cleanup",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Clear away what is left of a container's last run",
  description:
    "A container's monitor does this itself when the container ends. It is needed only where a monitor was killed, and start, stop and rm do it then. An initialized container is as created afterwards.",
  examples: [{ line: "tspod container cleanup --all", help: "clean up all containers, none of which runs" }],
  flags,
  complete: "container",
  check: (call) => namesOrSelection(call) ?? execConflict(call),
  async run(call) {
    const { all, latest, exec } = call.flags;
    const engine = engineOf(call);
    if (exec !== undefined) return checkSession(call, exec);
    // As Podman: what is gone needs no cleaning.
    const selected = selectContainers(engine, { operands: call.operands, all, latest, ignore: true });
    await forEachOperand(selected, {
      warn: call.warn,
      async act({ operand, container }) {
        await cleanUpContainer(engine, container);
        if (call.flags.rm || call.flags.rmi) await remove(call, container);
        call.print(operand);
      },
    });
  },
});

function execConflict({
  flags: given,
  operands,
}: Pick<Call<typeof flags>, "flags" | "operands">): string | undefined {
  if (given.exec === undefined) return undefined;
  if (given.all || given.latest) return "exec and all/latest options conflict";
  if (operands.length > 1) return "cannot use exec option when more than one container is given";
  return given.rmi ? "exec and rmi options conflict" : undefined;
}

/** A session that has ended left nothing: its monitor removes its directory. */
function checkSession(call: Call<typeof flags>, session: string): undefined {
  const [operand = ""] = call.operands;
  const container = findContainer(engineOf(call), operand);
  if (execSessions(container).includes(session))
    throw new TspodError(
      `cannot clean up exec session ${session} of container ${container.record.id}: it is running`,
    );
  throw new NotFoundError(
    `container ${container.record.id} has no exec session with ID ${session}: no such exec session`,
  );
}

async function remove(call: Call<typeof flags>, cleaned: Container): Promise<void> {
  const engine = engineOf(call);
  const container = refreshed(engine, cleaned);
  if (call.flags.rm) {
    try {
      await removeContainer(engine, container, {
        force: false,
        volumes: false,
        timeout: 0,
        warn: call.warn,
      });
    } catch (error) {
      // The monitor of a container with --rm may have removed it by now, which is what was asked for.
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  const { image } = container.record;
  if (call.flags.rmi && image !== undefined) await removeImageOf(engine.store, image);
}
