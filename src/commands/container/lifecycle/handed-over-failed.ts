import { defineCommand } from "../../../cli/define-command.ts";
import { undoFailedStart } from "../../../container/start/undo-failed-start.ts";
import { findContainer } from "../../../container/state/find.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { undoRun } from "./undo-run.ts";

/**
 * What the client of `run` becomes where the monitor answers that the start has failed (ClientStart in
 * container/attach.ts).
 */
export const command = defineCommand({
  name: "__start-failed",
  operands: "CONTAINER RUN ANSWER",
  summary: "Undo a failed start, and say why it failed",
  flags: {},
  raw: true,
  hidden: true,
  async run(call) {
    const [id = "", run = "", answer = ""] = call.operands;
    const engine = engineOf(call);
    const container = findContainer(engine, id);
    throw await undoRun(call, container, await undoFailedStart(engine, container, { run, answer }));
  },
});
