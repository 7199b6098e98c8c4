import { defineCommand } from "../../cli/define-command.ts";
import { isJsonFormat, toJson } from "../../cli/output/json.ts";
import { unescapeTemplate } from "../../cli/output/unescape.ts";
import { inspectFlags } from "../flags/inspect-flags.ts";
import { artifactObject } from "../inspect/artifact-object.ts";

/** Spaces, as Podman indents this one command. */
const INDENT = 5;

export const command = defineCommand({
  name: "artifact inspect",
  operands: "ARTIFACT",
  summary: "Inspect an artifact",
  description:
    "Prints an artifact's name, digest and manifest as JSON, or with a Go template, which also knows .TotalSizeBytes. ARTIFACT is its name, or the beginning of its digest.",
  examples: [
    {
      line: "tspod artifact inspect --format '{{range .Manifest.Layers}}{{.Digest}} {{.Size}}{{println}}{{end}}' quay.io/team/config:1",
      help: "digest and size of each file",
    },
  ],
  flags: inspectFlags,
  minOperands: 1,
  maxOperands: 1,
  complete: "artifact",
  async run(call) {
    const { object, methods } = artifactObject(call, call.operands[0] ?? "");
    const { format } = call.flags;
    if (isJsonFormat(format)) {
      call.print(toJson(object, INDENT));
      return;
    }
    const { parseTemplate } = await import("../../cli/output/template.ts");
    const { toGoObject } = await import("../../podman/types/go-object.ts");
    const render = parseTemplate(unescapeTemplate(format), { name: "inspect" });
    call.print(render(toGoObject("artifact", { ...object, ...methods })));
  },
});
