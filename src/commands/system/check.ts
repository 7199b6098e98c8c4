import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import { parseDuration } from "../../options/duration.ts";
import type { Checked } from "../../system/check/check-system.ts";

export const command = defineCommand({
  name: "system check",
  summary: "Check the store for damage, and repair it",
  description:
    "Reads all records (of containers, pods, volumes, secrets, and the index of the images). Reads every image's blobs and compares them with their digests, and each file of the unpacked layers with what its blob has. With --repair, damaged layers are made anew from their blobs, where no running container has them mounted. Damaged blobs are deleted, so that the next pull fetches them; an image whose manifest or configuration is damaged is removed. Damaged records are set aside in the store's directory `damaged`; the index of the images is made anew from their manifests, and a volume's record without its labels and options.",
  examples: [
    { line: "tspod system check --quick", help: "is everything there" },
    { line: "tspod system check --repair", help: "mend what can be mended" },
  ],
  exitCodes: { 125: "damage was found, and not all of it was repaired" },
  flags: {
    force: {
      type: "boolean",
      short: "f",
      help: "Repair what is damaged, as --repair: damaged records of containers are set aside with that, too",
    },
    max: {
      type: "string",
      short: "m",
      value: "DURATION",
      default: "24h0m0s",
      help: "Accepted: layers that nothing refers to are no damage, and go as soon as that is known",
    },
    quick: { type: "boolean", short: "q", help: "Look only whether everything is there, with its size" },
    repair: { type: "boolean", short: "r", help: "Repair what is damaged" },
  },
  async run(call) {
    const { quick, force } = call.flags;
    const repair = call.flags.repair || force;
    parseDuration(call.flags.max);
    const { checkSystem } = await import("../../system/check/check-system.ts");
    const place = { store: call.store({ repair }), runtimeDirectory: call.runtimeDirectory };
    let left = 0;
    const began = Date.now();
    const seen = await checkSystem(place, {
      quick,
      repair,
      signal: call.signal,
      report({ text, repaired }) {
        call.print(text);
        if (!repaired) left++;
      },
    });
    if (left > 0) throw new TspodError("damage detected in local storage");
    if (call.terminal.stdout) call.print(summary(seen, Date.now() - began));
  },
});

/** For a person who waits; scripts look at the exit code. */
function summary({ layers, blobs, records }: Checked, milliseconds: number): string {
  return `ok: ${layers} layers, ${blobs} blobs, ${records} records (${(milliseconds / 1000).toFixed(1)} s)`;
}
