import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { isJsonFormat, isJsonLinesFormat } from "../../cli/output/json.ts";
import { shownText } from "../../cli/output/shown.ts";
import { TspodError } from "../../errors.ts";
import { parseTimeBound, parseUntil } from "../../options/time-bound.ts";
import { eventFilter } from "../../podman/event-filter.ts";
import { eventFields, eventJson, eventLine } from "../../podman/format-event.ts";
import { readEvents, type StoreEvent } from "../../system/events.ts";
import { templateFlag } from "../flags/list-flags.ts";

const flags = {
  filter: {
    type: "list",
    short: "f",
    value: "KEY=VALUE",
    help: "Only events that fit: container, event, image, label, type, volume",
  },
  format: templateFlag("Print with a Go template, or as json, a line each"),
  "no-trunc": { type: "boolean", default: true, help: "Print IDs in full" },
  since: {
    type: "string",
    value: "TIME",
    help: "Begin with what was then: a time, or a duration before now",
  },
  stream: {
    type: "boolean",
    default: true,
    help: "Go on with what happens; otherwise end with what has happened",
  },
  until: { type: "string", value: "TIME", help: "End with what was then: a time, or a duration from now on" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "events",
  summary: "Show what happens to containers, images and volumes",
  description:
    "Prints events as they happen, until it is interrupted. With --since, --until or without --stream also those that have been.",
  examples: [
    { line: "tspod events --since 10m --stream=false", help: "what has happened in the last ten minutes" },
    {
      line: "tspod events --filter event=died --format '{{.Name}} {{.ContainerExitCode}}'",
      help: "follow what ends",
    },
  ],
  flags,
  async run(call) {
    if (call.globalFlags["events-backend"] === "none")
      throw new TspodError('cannot read events with the "none" backend');
    const { filter, since, until, stream } = call.flags;
    const fits = eventFilter(filter);
    const print = await printer(call);
    const now = Date.now();
    const begin = !since ? undefined : parseTimeBound(since, now);
    const end = !until ? undefined : parseUntil(until, now);
    const past = begin !== undefined || end !== undefined || !stream;
    const wanted = { begin, end, past, future: stream, signal: call.signal };
    for await (const events of readEvents(call.store(), wanted)) {
      events.filter(fits).forEach(print);
      call.flush();
      if (stream) call.endIfUnread();
    }
  },
});

async function printer(call: Call<typeof flags>): Promise<(event: StoreEvent) => void> {
  const { format } = call.flags;
  if (format === undefined) {
    const shown = shownText();
    return (event) => call.print(shown(eventLine(event, { noTrunc: call.flags["no-trunc"] })));
  }
  if (isJsonFormat(format) || isJsonLinesFormat(format)) return (event) => call.print(eventJson(event));
  const { parseTemplate } = await import("../../cli/output/template.ts");
  const { unescapeTemplate } = await import("../../cli/output/unescape.ts");
  const render = parseTemplate(unescapeTemplate(format), { name: "events" });
  return (event) => call.print(render(eventFields(event)));
}
