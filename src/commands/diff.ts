import { changesOf, containerChanges } from "../container/diff.ts";
import { latestContainer } from "../container/find.ts";
import { engineOf } from "./engine.ts";
import { defineCommand } from "./framework/define-command.ts";
import { toJson } from "./output/json.ts";
import { selectionFlags } from "./selection-flags.ts";

const INDENT = 5;

export const command = defineCommand({
  name: "diff",
  operands: "CONTAINER|IMAGE",
  summary: "Show changes to the files of a container or image",
  description:
    "A added, C changed, D deleted: by the container since it was created from its image, or by the topmost layer of an image. Volumes and other mounts are not looked at.",
  examples: [{ line: "tspod diff web", help: "what a container has changed" }],
  flags: {
    format: { type: "string", value: "json", help: "Print as json, the only other format" },
    latest: selectionFlags.latest,
  },
  complete: "container",
  check({ flags: { latest, format }, operands }) {
    if (latest && operands.length > 0) return "--latest and containers cannot be used together";
    if (!latest && operands.length === 0) return '"tspod diff" requires a name, id, or the "--latest" flag';
    if (operands.length > 1) return "too many arguments: comparing two containers or images is not supported";
    if (format !== undefined && format !== "json") return "only supported value for '--format' is 'json'";
    return undefined;
  },
  run(call) {
    const engine = engineOf(call);
    const changes = call.flags.latest
      ? containerChanges(engine, latestContainer(engine))
      : changesOf(engine, call.operands[0] ?? "");
    if (call.flags.format === undefined) {
      for (const { kind, path } of changes) call.print(`${kind} ${path}`);
      return undefined;
    }
    const paths = (wanted: string): string[] | undefined => {
      const found = changes.filter(({ kind }) => kind === wanted).map(({ path }) => path);
      return found.length === 0 ? undefined : found;
    };
    call.print(toJson({ changed: paths("C"), added: paths("A"), deleted: paths("D") }, INDENT));
    return undefined;
  },
});
