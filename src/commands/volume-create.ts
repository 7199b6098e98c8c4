import { nowRfc3339Nano } from "../container/time.ts";
import { TspodError } from "../errors.ts";
import { appendEvent } from "../storage/events.ts";
import { createVolume } from "../storage/volumes.ts";
import { defineCommand } from "./framework/define-command.ts";
import { volumeEvent } from "./volumes/event.ts";

/** Those of the local driver that podman 4.3 takes. */
const OPTIONS = new Set(["type", "device", "o", "size", "inodes", "noquota"]);

export const command = defineCommand({
  name: "volume create",
  operands: "[NAME]",
  summary: "Create a new volume",
  description: "Makes an empty volume and prints its name; without a name, a random one.",
  examples: [{ line: "tspod volume create --label app=web data", help: "a volume with a name and a label" }],
  flags: {
    driver: { type: "string", short: "d", default: "local", hidden: true, help: "Only local is known" },
    ignore: { type: "boolean", help: "Leave a volume that is there as it is" },
    label: { type: "list", split: true, short: "l", value: "KEY=VALUE", help: "Set metadata for the volume" },
    opt: { type: "list", short: "o", value: "KEY=VALUE", help: "Set an option of the driver" },
  },
  maxOperands: 1,
  async run(call) {
    const { flags } = call;
    if (flags.driver !== "local")
      throw new TspodError(`volume driver "${flags.driver}" is not known: only local is`);
    const options = keyValues(flags.opt);
    for (const key of Object.keys(options)) {
      if (!OPTIONS.has(key))
        throw new TspodError(`invalid mount option ${key} for driver 'local': invalid argument`);
    }
    const [name] = call.operands;
    const store = call.store();
    const volume = createVolume(store, {
      ...(name === undefined ? {} : { name }),
      labels: keyValues(flags.label),
      options,
      created: nowRfc3339Nano(),
      orExisting: flags.ignore,
    });
    appendEvent(store, volumeEvent("create", volume.name));
    call.print(volume.name);
  },
});

/** `a=b` is a → b, `c` is c → "". */
function keyValues(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf("=");
      return equals === -1 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
