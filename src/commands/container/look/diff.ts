import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { toJson } from "../../../cli/output/json.ts";
import { shownText } from "../../../cli/output/shown.ts";
import {
  type Change,
  changesBetween,
  changesOf,
  containerChanges,
  type DiffKind,
} from "../../../container/diff.ts";
import { latestContainer } from "../../../container/state/find.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { missingName, selectionFlags } from "../../flags/selection-flags.ts";

const INDENT = 5;
/** First words of the command that say where to look. */
const KINDS: readonly DiffKind[] = ["container", "image"];

const flags = {
  format: {
    type: "string",
    value: "json",
    emptyIsAbsent: true,
    help: "Print as json, the only other format",
  },
  latest: selectionFlags.latest,
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "diff",
  operands: "CONTAINER|IMAGE [CONTAINER|IMAGE]",
  summary: "Show changes to the files of a container or image",
  description:
    "A added, C changed, D deleted: by the container since it was created from its image, or by the topmost layer of an image. With two names: what the first has otherwise than the second. Volumes and other mounts are not looked at.",
  examples: [
    { line: "tspod diff web", help: "what a container has changed" },
    { line: "tspod diff app:2 app:1", help: "what an image has otherwise than another" },
  ],
  flags,
  complete: "container-or-image",
  check({ flags: { latest, format }, operands, words }) {
    if (latest && operands.length > 0) return "--latest and containers cannot be used together";
    if (!latest && operands.length === 0 && words[0] !== "image") return missingName(words);
    if (operands.length > 2 || (!latest && operands.length === 0))
      return `accepts between 1 and 2 arg(s), received ${operands.length}`;
    if (format !== undefined && format !== "json") return "only supported value for '--format' is 'json'";
    return undefined;
  },
  run(call) {
    const changes = changesFor(call);
    if (call.flags.format === undefined) {
      const shown = shownText();
      for (const { kind, path } of changes) call.print(`${kind} ${shown(path)}`);
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

function changesFor(call: Call<typeof flags>): Change[] {
  const engine = engineOf(call);
  if (call.flags.latest) return containerChanges(engine, latestContainer(engine));
  const [now = "", before] = call.operands;
  const kind = KINDS.find((word) => word === call.words[0]) ?? "all";
  return before === undefined ? changesOf(engine, now, kind) : changesBetween(engine, { now, before }, kind);
}
