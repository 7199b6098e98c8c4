import { defineCommand } from "../../cli/define-command.ts";
import { isJsonFormat, printJson, toJson } from "../../cli/output/json.ts";
import { type Column, printReport } from "../../cli/output/report.ts";
import { findImage, listAllImages } from "../../image/images.ts";
import { shortId } from "../../oci/short-id.ts";
import { type HistoryLine, historyLines } from "../../podman/history-lines.ts";
import { ago } from "../../podman/human-duration.ts";
import { humanSize } from "../../podman/human-size.ts";
import { templateFlag } from "../flags/list-flags.ts";

const CREATED_BY_MAX = 45;

export const command = defineCommand({
  name: "history",
  operands: "IMAGE",
  summary: "Show how an image was made",
  description:
    "Lists the steps that an image was made in, the last first, with what each has added. An ID stands beside the last step of each image that is here.",
  examples: [
    { line: "tspod history --no-trunc alpine", help: "the steps with their full commands" },
    {
      line: "tspod history --format '{{.Size}} {{.CreatedBy}}' alpine",
      help: "what each step has added",
    },
  ],
  flags: {
    format: templateFlag("Print with a Go template, as a table of one, or as json"),
    human: {
      type: "boolean",
      short: "H",
      default: true,
      help: "Show times as how long ago they were",
    },
    "no-trunc": { type: "boolean", help: "Show IDs and commands in full" },
    quiet: { type: "boolean", short: "q", help: "Print IDs only" },
  },
  minOperands: 1,
  maxOperands: 1,
  complete: "image",
  async run(call) {
    const { format, human, quiet } = call.flags;
    const store = call.store();
    const [operand = ""] = call.operands;
    const found = findImage(store, operand);
    const lines = historyLines(store, found.image, listAllImages(store));
    if (isJsonFormat(format)) {
      call.print(escapeHtml(toJson(lines.map(lineJson))));
      return;
    }
    if (printJson(call.print, lines.map(lineJson), { format, indent: 0 })) return;
    const rows = lines.map((line) =>
      historyRow(line, { now: Date.now(), human, noTrunc: call.flags["no-trunc"] }),
    );
    if (quiet && format === undefined) {
      for (const { ID } of rows) call.print(ID);
      return;
    }
    await printReport(call, rows, {
      name: "history",
      format,
      columns: COLUMNS,
      embedded: ["ImageHistoryLayer"],
    });
  },
});

type Row = ReturnType<typeof historyRow>;

const COLUMNS: readonly Column<Row>[] = [
  ["ID", (row) => row.ID],
  ["CREATED", (row) => row.Created],
  ["CREATED BY", (row) => row.CreatedBy],
  ["SIZE", (row) => row.Size],
  ["COMMENT", (row) => row.Comment],
];

function historyRow(
  line: HistoryLine,
  { now, human, noTrunc }: { now: number; human: boolean; noTrunc: boolean },
) {
  const { created, createdBy, size, comment } = line;
  const id = line.id ?? "<missing>";
  const since = ago(now, Date.parse(created));
  return {
    ID: noTrunc || line.id === undefined ? id : shortId(id),
    Created: human ? since : wholeSeconds(created),
    CreatedAt: new Date(created).toISOString().replace(/\.[0-9]+/, ""),
    CreatedSince: since,
    CreatedBy:
      noTrunc || createdBy.length <= CREATED_BY_MAX
        ? createdBy
        : `${createdBy.slice(0, CREATED_BY_MAX - 3)}...`,
    Size: humanSize(size, { digits: 3 }),
    Comment: comment,
    Tags: line.names,
  };
}

function wholeSeconds(created: string): string {
  return created.replace(/\.[0-9]+/, "");
}

/** As Podman has it, with the time twice. */
function lineJson({ id, names, created, createdBy, size, comment }: HistoryLine): object {
  return {
    id: id ?? "<missing>",
    created,
    CreatedBy: createdBy,
    ...(names.length > 0 && { tags: names }),
    size,
    ...(comment === "" ? {} : { comment }),
    Created: wholeSeconds(created),
  };
}

/** Go's encoder does so by default, which shows in this one command of Podman. */
function escapeHtml(json: string): string {
  return json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}
