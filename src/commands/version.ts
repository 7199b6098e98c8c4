import { statSync } from "node:fs";
import { hostPlatform } from "../oci/choose-platform.ts";
import { defineCommand } from "./framework/define-command.ts";
import { PRODUCT_VERSION } from "./framework/product-version.ts";
import { withGoNames } from "./output/go-value.ts";
import { isJsonFormat, toJson } from "./output/json.ts";

/** The Podman whose command line this is. */
export const PODMAN_VERSION = "4.3.1";

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
      const { parseTemplate } = await import("./output/template.ts");
      print(parseTemplate(flags.format, { name: "version" })(withGoNames({ Client: client, Server: null })));
    } else {
      print(textOf(client));
    }
  },
});

type ClientVersion = ReturnType<typeof clientVersion>;

/** What `version` and `info` say of this program. */
export function clientVersion() {
  const { os, architecture } = hostPlatform(process.arch);
  const built = Math.floor(statSync(import.meta.filename).mtimeMs / 1000);
  return {
    APIVersion: PODMAN_VERSION,
    Version: PRODUCT_VERSION,
    GoVersion: `none (Node.js ${process.version})`,
    GitCommit: "",
    BuiltTime: ansicTime(new Date(built * 1000)),
    Built: built,
    OsArch: `${os}/${architecture}`,
    Os: os,
  };
}

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

/** Go's time.ANSIC, `Thu Jan  1 00:00:00 1970`, in the local zone. */
function ansicTime(time: Date): string {
  const [weekday, month, , year] = time.toDateString().split(" ");
  return `${weekday} ${month} ${String(time.getDate()).padStart(2)} ${time.toTimeString().slice(0, 8)} ${year}`;
}
