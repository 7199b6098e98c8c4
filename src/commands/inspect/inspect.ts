import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import { inspectFlags } from "../flags/inspect-flags.ts";
import { selectionFlags } from "../flags/selection-flags.ts";
import { type FindOptions, findLatest, findObject, measure, OBJECT_TYPES } from "./find-objects.ts";
import type { FoundObject } from "./found-object.ts";
import { findLatestPod } from "./pod-object.ts";
import { printObjects } from "./print-objects.ts";

/** What inspect can look for. */
const TYPES = [...OBJECT_TYPES, "artifact"] as const;
type Type = (typeof TYPES)[number];

const flags = {
  ...inspectFlags,
  latest: selectionFlags.latest,
  size: { type: "boolean", short: "s", help: "Also show how much a container's files take" },
  type: {
    type: "string",
    short: "t",
    value: "TYPE",
    default: "all",
    help: `What to look for: ${TYPES.join(", ")}`,
  },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "inspect",
  operands: "{CONTAINER|IMAGE|POD|NETWORK|VOLUME|ARTIFACT} [...]",
  summary: "Display the configuration of containers, images, pods, networks, volumes and artifacts",
  description: `Prints what is known of each, as a JSON array, or with a Go template one after the other. A name is looked for among containers, then images, volumes, networks, pods and artifacts, unless --type says where.

    What is found is printed even where something else is missing; then the exit code is 125.`,
  examples: [
    { line: "tspod inspect web", help: "all about a container" },
    { line: "tspod inspect --format '{{.State.Status}} {{.State.ExitCode}}' web", help: "its state" },
    {
      line: "tspod inspect --type image --format '{{json .Config.Env}}' alpine",
      help: "an image's environment",
    },
  ],
  flags,
  complete: "object",
  check({ flags, operands }) {
    const { type, latest, size } = flags;
    if (!isType(type))
      return `invalid type "${type}": must be "image", "container", "pod", "network", "volume", "artifact", or "all"`;
    if (latest && operands.length > 0) return "--latest and arguments cannot be used together";
    if (!latest && operands.length === 0) return "no names or ids specified";
    const special = type !== "all" && type !== "container";
    if (latest && special && type !== "pod") return `latest is not supported for type "${type}"`;
    return size && special ? `size is not supported for type "${type}"` : undefined;
  },
  async run(call) {
    const { type, latest, size, format } = call.flags;
    if (!isType(type)) throw new TspodError(`invalid type "${type}"`);
    const measured = await measure(size);
    const finds = latest
      ? [() => (type === "pod" ? findLatestPod(call) : findLatest(call, measured))]
      : call.operands.map((name) => () => findWithArtifacts(call, name, { type, ...measured }));
    await printObjects(call, finds, { format });
  },
});

/** As findObject(), and artifacts, which are looked for last. */
async function findWithArtifacts(
  call: Call<typeof flags>,
  name: string,
  { type, ...options }: FindOptions & { readonly type: Type },
): Promise<FoundObject> {
  if (type !== "artifact") {
    try {
      return findObject(call, name, { type, ...options });
    } catch (error) {
      if (type !== "all" || !(error instanceof NotFoundError)) throw error;
    }
  }
  const { artifactObject } = await import("./artifact-object.ts");
  try {
    return artifactObject(call, name);
  } catch (error) {
    if (type === "artifact" || !(error instanceof NotFoundError)) throw error;
    throw new NotFoundError(`no such object: "${name}"`);
  }
}

function isType(type: string): type is Type {
  return TYPES.some((known) => known === type);
}
