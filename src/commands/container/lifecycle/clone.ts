import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { cloneContainer } from "../../../container/create/clone.ts";
import { removeContainer } from "../../../container/remove.ts";
import { startContainer } from "../../../container/start/start.ts";
import { findContainer } from "../../../container/state/find.ts";
import type { Container } from "../../../container/state/list.ts";
import { NO_WINDOW } from "../../../container/state/start-options.ts";
import { TspodError } from "../../../errors.ts";
import { imageForContainer, type NamedImage } from "../../../image/acquire/resolve-image.ts";
import type { CreateOptions } from "../../../options/create-options.ts";
import { checkContainerName, withoutSlash } from "../../../options/names.ts";
import { limitFlags } from "../../flags/create/resource-flags.ts";
import { limitChanges } from "../../flags/create/resources-from-flags.ts";
import { engineOf, imageEngineOf } from "../../flags/engine-of.ts";

const flags = {
  ...limitFlags,
  destroy: { type: "boolean", help: "Remove the original container" },
  force: { type: "boolean", short: "f", help: "Remove it even if it runs" },
  name: { type: "string", value: "NAME", help: "Name of the new container" },
  pod: {
    type: "string",
    value: "POD",
    complete: "pod",
    help: "Put the new container into this pod, whose network and other namespaces it uses",
  },
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
    {
      line: "tspod container clone --destroy --run web web2 httpd:2",
      help: "in its place, of a newer image",
    },
    { line: "tspod container clone --pod shop web", help: "the same in a pod" },
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
    const asked = nameOperand ?? call.flags.name;
    const name = asked === undefined ? undefined : withoutSlash(asked);
    if (name !== undefined) checkContainerName(name);
    const changes = limitChanges(call.flags);
    const image = imageText === undefined ? undefined : await findImage(call, imageText);
    const engine = engineOf(call);
    const old = findContainer(engine, original);
    if (old.record.options.pod?.infra)
      throw new TspodError(
        `container ${original} is the infra container of pod ${old.record.options.pod.name}: tspod pod clone copies the pod`,
      );
    const adapt = call.flags.pod ? await intoPod(call, old, call.flags.pod) : undefined;
    const clone = await cloneContainer(engine, old, { name, image, changes, adapt });
    if (call.flags.destroy) {
      await removeContainer(engine, old, {
        force: call.flags.force,
        volumes: false,
        timeout: old.record.options.process.stopTimeout,
        warn: call.warn,
      });
    }
    if (call.flags.run) await startContainer(engine, clone, { window: NO_WINDOW, hold: false });
    call.print(clone.record.id);
  },
});

/** What makes the clone a member of the pod; the user learns what it loses by that. */
async function intoPod(call: Call<typeof flags>, { record }: Container, name: string) {
  const { findPod } = await import("../../../pod/state/pods.ts");
  const { cloneInPod } = await import("../../../pod/clone-member.ts");
  const engine = engineOf(call);
  const pod = findPod(engine, name);
  const old = record.options.pod === undefined ? undefined : findPod(engine, record.options.pod.id);
  return (options: CreateOptions): CreateOptions => {
    const clone = cloneInPod(pod, options, old);
    if (clone.dropped.length > 0)
      call.warn(`WARN[0000] not copied, since it is the pod's to say: ${clone.dropped.join(", ")}`);
    return clone.options;
  };
}

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
