import { defineCommand } from "../../cli/define-command.ts";
import { mountVolume } from "../../volume/mount-volumes.ts";
import { lookupVolume, volumeData } from "../../volume/volumes.ts";
import { requireUnshare } from "../flags/in-unshare.ts";

export const command = defineCommand({
  name: "volume mount",
  operands: "VOLUME",
  summary: "Mount a volume",
  description: `Prints where a volume's files are, and mounts it there if it is one that has to be mounted, in the mount namespace of the \`tspod unshare\` that this command must be run in. Of a volume that a container has mounted it is the very same mount.`,
  examples: [
    { line: "tspod unshare sh -c 'ls -l $(tspod volume mount scratch)'", help: "look into a volume" },
  ],
  flags: {},
  complete: "volume",
  minOperands: 1,
  maxOperands: 1,
  async run(call) {
    requireUnshare(call);
    const store = call.store();
    const [operand = ""] = call.operands;
    const volume = lookupVolume(store, operand);
    await mountVolume({ store, env: call.env }, volume);
    call.print(volumeData(store, volume.name));
  },
});
