import { defineCommand } from "../../../cli/define-command.ts";
import { unpauseContainer } from "../../../container/pause.ts";
import { namesOrSelection } from "../../flags/selection-flags.ts";
import { freezeOrThaw, freezerFlags } from "./freeze-or-thaw.ts";

export const command = defineCommand({
  name: "unpause",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Unpause containers",
  description: "The processes of paused containers go on where they were.",
  examples: [{ line: "tspod unpause web", help: "let it go on" }],
  flags: { ...freezerFlags, all: { ...freezerFlags.all, help: "Unpause all paused containers" } },
  complete: "running-container",
  check: namesOrSelection,
  run: (call) => freezeOrThaw(call, "paused", unpauseContainer),
});
