import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";

export const command = defineCommand({
  name: "system check",
  summary: "Check the store for damage, and repair it",
  description:
    "Reads every image's blobs and compares them with their digests, and each file of the unpacked layers with what its blob has. With --repair, damaged layers are made anew from their blobs, where no running container has them mounted. Damaged blobs are deleted, so that the next pull fetches them; an image whose manifest or configuration is damaged is removed.",
  examples: [
    { line: "tspod system check --quick", help: "is everything there" },
    { line: "tspod system check --repair", help: "mend what can be mended" },
  ],
  exitCodes: { 125: "damage was found, and not all of it was repaired" },
  flags: {
    quick: { type: "boolean", short: "q", help: "Look only whether everything is there, with its size" },
    repair: { type: "boolean", short: "r", help: "Repair what is damaged" },
  },
  async run(call) {
    const { quick, repair } = call.flags;
    const { checkSystem } = await import("../../system/check.ts");
    const place = { store: call.store({ repair }), runtimeDirectory: call.runtimeDirectory };
    let left = 0;
    await checkSystem(place, {
      quick,
      repair,
      signal: call.signal,
      report({ text, repaired }) {
        call.print(text);
        if (!repaired) left++;
      },
    });
    if (left > 0) throw new TspodError("damage detected in local storage");
  },
});
