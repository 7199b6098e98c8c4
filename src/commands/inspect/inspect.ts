import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import { inspectFlags } from "../flags/inspect-flags.ts";
import { selectionFlags } from "../flags/selection-flags.ts";
import { findLatest, findObject, measure, OBJECT_TYPES, type ObjectType } from "./find-objects.ts";
import { printObjects } from "./print-objects.ts";

export const command = defineCommand({
  name: "inspect",
  operands: "{CONTAINER|IMAGE|POD|NETWORK|VOLUME} [...]",
  summary: "Display the configuration of containers, images, pods, networks and volumes",
  description: `Prints what is known of each, as a JSON array, or with a Go template one after the other. A name is looked for among containers, then images, volumes, networks and pods, unless --type says where.

    What is found is printed even where something else is missing; then the exit code is 125.`,
  examples: [
    { line: "tspod inspect web", help: "all about a container" },
    { line: "tspod inspect --format '{{.State.Status}} {{.State.ExitCode}}' web", help: "its state" },
    {
      line: "tspod inspect --type image --format '{{json .Config.Env}}' alpine",
      help: "an image's environment",
    },
  ],
  flags: {
    ...inspectFlags,
    latest: selectionFlags.latest,
    size: { type: "boolean", short: "s", help: "Also show how much a container's files take" },
    type: {
      type: "string",
      short: "t",
      value: "TYPE",
      default: "all",
      help: `What to look for: ${OBJECT_TYPES.join(", ")}`,
    },
  },
  complete: "object",
  check({ flags, operands }) {
    const { type, latest, size } = flags;
    if (!isObjectType(type))
      return `invalid type "${type}": must be "image", "container", "pod", "network", "volume", or "all"`;
    if (latest && operands.length > 0) return "--latest and arguments cannot be used together";
    if (!latest && operands.length === 0) return "no names or ids specified";
    const special = type !== "all" && type !== "container";
    if (latest && special) return `latest is not supported for type "${type}"`;
    return size && special ? `size is not supported for type "${type}"` : undefined;
  },
  async run(call) {
    const { type, latest, size, format } = call.flags;
    if (!isObjectType(type)) throw new TspodError(`invalid type "${type}"`);
    const measured = await measure(size);
    const finds = latest
      ? [() => findLatest(call, measured)]
      : call.operands.map((name) => () => findObject(call, name, { type, ...measured }));
    await printObjects(call, finds, { format });
  },
});

function isObjectType(type: string): type is ObjectType {
  return OBJECT_TYPES.some((known) => known === type);
}
