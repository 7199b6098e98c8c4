import { defineCommand } from "../../cli/define-command.ts";
import { unmountVolume } from "../../volume/mount-volumes.ts";
import { lookupVolume } from "../../volume/volumes.ts";

export const command = defineCommand({
  name: "volume unmount",
  operands: "VOLUME",
  summary: "Unmount a volume",
  description:
    "Undoes what `volume mount` did, in the same `tspod unshare`. A container that uses the volume keeps it.",
  examples: [{ line: "tspod volume unmount scratch", help: "undo a mount" }],
  flags: {},
  complete: "volume",
  minOperands: 1,
  maxOperands: 1,
  async run(call) {
    const store = call.store();
    const [operand = ""] = call.operands;
    const { name } = lookupVolume(store, operand);
    if (call.launch.callerMounts) unmountVolume(store, name);
    call.print(name);
  },
});
