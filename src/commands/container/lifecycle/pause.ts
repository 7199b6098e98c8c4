import { defineCommand } from "../../../cli/define-command.ts";
import { pauseContainer } from "../../../container/pause.ts";
import { namesOrSelection } from "../../flags/selection-flags.ts";
import { freezeOrThaw, freezerFlags } from "./freeze-or-thaw.ts";

export const command = defineCommand({
  name: "pause",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Pause containers",
  description:
    "All processes of a container stop where they are, until unpause. The container needs a cgroup of its own for that.",
  examples: [{ line: "tspod pause web", help: "freeze a container: its processes stay, and do nothing" }],
  flags: { ...freezerFlags, all: { ...freezerFlags.all, help: "Pause all running containers" } },
  complete: "running-container",
  check: namesOrSelection,
  run: (call) => freezeOrThaw(call, "running", pauseContainer),
});
