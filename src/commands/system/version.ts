import { defineCommand } from "../../cli/define-command.ts";
import { isJsonFormat, toJson } from "../../cli/output/json.ts";
import { unescapeTemplate } from "../../cli/output/unescape.ts";
import { withGoNames } from "../../podman/go/value.ts";
import { type ClientVersion, clientVersion } from "./client-version.ts";

export const command = defineCommand({
  name: "version",
  summary: "Display version information",
  description:
    "API Version is that of the Podman whose command line tspod has. Built is when this program was installed.",
  examples: [{ line: "tspod version --format '{{.Client.Version}}'", help: "the version alone" }],
  flags: {
    format: { type: "string", short: "f", value: "TEMPLATE", help: "Print with a Go template, or as json" },
  },
  async run({ flags, print }) {
    const client = clientVersion();
    if (isJsonFormat(flags.format)) {
      print(toJson({ Client: client }));
    } else if (flags.format) {
      const { parseTemplate } = await import("../../cli/output/template.ts");
      print(
        parseTemplate(unescapeTemplate(flags.format), { name: "version" })(
          withGoNames({ Client: client, Server: null }),
        ),
      );
    } else {
      print(textOf(client));
    }
  },
});

function textOf(client: ClientVersion): string {
  return [
    "Client:       tspod",
    `Version:      ${client.Version}`,
    `API Version:  ${client.APIVersion}`,
    `Go Version:   ${client.GoVersion}`,
    `Built:        ${client.BuiltTime}`,
    `OS/Arch:      ${client.OsArch}`,
  ].join("\n");
}
