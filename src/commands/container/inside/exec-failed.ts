import { defineCommand } from "../../../cli/define-command.ts";
import { failExec } from "../../../container/exec.ts";
import { findContainer } from "../../../container/state/find.ts";
import { engineOf } from "../../flags/engine-of.ts";

/**
 * What the client of `exec` becomes where the monitor answers that the start has failed (ClientStart in
 * container/monitor/attach.ts).
 */
export const command = defineCommand({
  name: "__exec-failed",
  operands: "CONTAINER SESSION ANSWER",
  summary: "Say why a process was not started",
  flags: {},
  raw: true,
  hidden: true,
  run(call) {
    const [containerId = "", id = "", answer = ""] = call.operands;
    const engine = engineOf(call);
    return failExec(engine, findContainer(engine, containerId), { id, answer });
  },
});
