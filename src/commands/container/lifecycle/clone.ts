import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { cloneContainer } from "../../../container/create/clone.ts";
import { removeContainer } from "../../../container/remove.ts";
import { startContainer } from "../../../container/start/start.ts";
import { findContainer } from "../../../container/state/find.ts";
import { NO_WINDOW } from "../../../container/state/start-options.ts";
import { TspodError } from "../../../errors.ts";
import { imageForContainer, type NamedImage } from "../../../image/acquire/resolve-image.ts";
import { checkContainerName } from "../../../options/names.ts";
import { limitFlags } from "../../flags/create/resource-flags.ts";
import { limitChanges } from "../../flags/create/resources-from-flags.ts";
import { engineOf, imageEngineOf } from "../../flags/engine-of.ts";

const flags = {
  ...limitFlags,
  destroy: { type: "boolean", help: "Remove the original container" },
  force: { type: "boolean", short: "f", help: "Remove it even if it runs" },
  name: { type: "string", value: "NAME", help: "Name of the new container" },
  pod: { type: "string", value: "POD", complete: "pod", help: "Run in this pod: tspod has none yet" },
  run: { type: "boolean", help: "Start the new container" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "container clone",
  operands: "CONTAINER [NAME [IMAGE]]",
  summary: "Clone an existing container",
  description:
    "Makes a container with the settings of another, under a name of its own, and with other limits or another image where they are given. Its files are those of the image, not of the original.",
  examples: [
    { line: "tspod container clone --memory 1g web web2", help: "the same with more memory" },
    { line: "tspod container clone --destroy --run web web httpd:2", help: "in its place, of a newer image" },
  ],
  flags,
  minOperands: 1,
  maxOperands: 3,
  complete: ["container", "none", "image"],
  check: (call) =>
    call.flags.force && !call.flags.destroy
      ? "cannot set --force without --destroy: invalid argument"
      : undefined,
  async run(call) {
    const [original = "", nameOperand, imageText] = call.operands;
    const name = nameOperand ?? call.flags.name;
    if (name !== undefined) checkContainerName(name);
    if (call.flags.pod !== undefined)
      throw new TspodError(`no pod with name or ID ${call.flags.pod} found: no such pod`);
    const changes = limitChanges(call.flags);
    const image = imageText === undefined ? undefined : await findImage(call, imageText);
    const engine = engineOf(call);
    const old = findContainer(engine, original);
    const clone = await cloneContainer(engine, old, { name, image, changes });
    if (call.flags.destroy) {
      await removeContainer(engine, old, {
        force: call.flags.force,
        volumes: false,
        timeout: old.record.options.process.stopTimeout,
        warn: (line) => call.warn(`WARN[0000] ${line}`),
      });
    }
    if (call.flags.run) await startContainer(engine, clone, { window: NO_WINDOW, hold: false });
    call.print(clone.record.id);
  },
});

function findImage(call: Call<typeof flags>, text: string): Promise<NamedImage> {
  return imageForContainer(imageEngineOf(call), {
    beforePull: () => undefined,
    text,
    policy: "missing",
    quiet: false,
    registry: {},
    platform: { platform: undefined, os: undefined, arch: undefined, variant: undefined },
  });
}
