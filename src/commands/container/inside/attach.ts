import { defineCommand } from "../../../cli/define-command.ts";
import { tellAttached } from "../../../container/monitor/attach.ts";
import { findContainer, latestContainer } from "../../../container/state/find.ts";
import { TspodError } from "../../../errors.ts";
import { attachFlags, detachKeysOf } from "../../flags/attach-flags.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { missingName, selectionFlags } from "../../flags/selection-flags.ts";
import { attachToContainer } from "./attach-to.ts";

export const command = defineCommand({
  name: "attach",
  operands: "CONTAINER",
  summary: "Attach to a running container",
  description:
    "Connects this terminal's input and output to the container's first process. The detach keys leave it running.",
  examples: [{ line: "tspod attach web", help: "see what a container prints from now on" }],
  exitCodes: { "1-255": "the exit code of the container" },
  flags: {
    ...attachFlags,
    latest: selectionFlags.latest,
    "no-stdin": { type: "boolean", help: "Do not attach to the container's input" },
  },
  complete: "running-container",
  check({ flags, operands, words }) {
    if (flags.latest && operands.length > 0) return "--latest and containers cannot be used together";
    if (!flags.latest && operands.length === 0) return missingName(words);
    if (operands.length > 1) return "`tspod attach` accepts at most one argument";
    return undefined;
  },
  run(call) {
    const engine = engineOf(call);
    const [name = ""] = call.operands;
    const container = call.flags.latest ? latestContainer(engine) : findContainer(engine, name);
    if (container.state.status !== "running")
      throw new TspodError(
        `attaching to container ${container.record.id}: you can only attach to running containers`,
      );
    if (container.state.monitorPid === 0) {
      throw new TspodError(
        `the monitor of container ${container.record.id} was killed: it can be stopped, not attached to`,
      );
    }
    if (container.record.options.log.driver === "passthrough")
      throw new TspodError(
        "this container is using the 'passthrough' log driver, cannot attach: this container is not logging output",
      );
    tellAttached(engine.store, container.record);
    return attachToContainer(call, container, {
      stdin: !call.flags["no-stdin"] && container.record.options.process.openStdin,
      detachKeys: detachKeysOf(call),
      signalProxy: call.flags["sig-proxy"],
    });
  },
});
