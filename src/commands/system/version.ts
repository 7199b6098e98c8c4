import { defineCommand } from "../../cli/define-command.ts";
import { isJsonFormat, isJsonLinesFormat, toJson } from "../../cli/output/json.ts";
import { unescapeTemplate } from "../../cli/output/unescape.ts";
import { PODMAN_VERSION } from "../../config/product-version.ts";
import { shortTemplateFlag } from "../flags/list-flags.ts";
import { type ClientVersion, clientVersion } from "./client-version.ts";

export const command = defineCommand({
  name: "version",
  summary: "Display version information",
  description: `Version begins with that of the Podman whose command line tspod has, since scripts compare it; tspod's own stands behind it, and in Build Origin. Built is when this program was installed. Called as \`podman\` or \`docker\` it answers as that program does.`,
  examples: [
    { line: "tspod version --format '{{.Client.Version}}'", help: "the version alone" },
    { line: "tspod version --format '{{.Client.BuildOrigin}}'", help: "tspod's own version" },
  ],
  flags: {
    format: shortTemplateFlag("Print with a Go template, or as json"),
  },
  async run({ flags, print, launch }) {
    const client = clientVersion(launch.name);
    const docker = launch.name === "docker" ? await asDocker(client) : undefined;
    if (isJsonFormat(flags.format) || isJsonLinesFormat(flags.format))
      print(toJson(docker?.versions ?? { Client: client }));
    else if (!flags.format) print(docker?.text ?? textOf(client));
    else {
      const { parseTemplate } = await import("../../cli/output/template.ts");
      const { toGoObject } = await import("../../podman/types/go-object.ts");
      // Without a server Podman answers for the client, and a field without either word is the client's. The
      // server's version is Podman's alone: scripts make tags of it, which can't have a +.
      const server = { ...client, Version: PODMAN_VERSION };
      const versions = docker?.versions ?? { Client: client, Server: server };
      print(
        parseTemplate(unescapeTemplate(flags.format), { name: "version" })(
          toGoObject("version", { ...versions.Client, ...versions }),
        ),
      );
    }
  },
});

async function asDocker(client: ClientVersion) {
  const { dockerVersion, dockerVersionText } = await import("./docker-version.ts");
  const versions = dockerVersion(client);
  return { versions, text: dockerVersionText(versions) };
}

function textOf(client: ClientVersion): string {
  return [
    "Client:        tspod",
    `Version:       ${client.Version}`,
    `API Version:   ${client.APIVersion}`,
    `Go Version:    ${client.GoVersion}`,
    `Built:         ${client.BuiltTime}`,
    `Build Origin:  ${client.BuildOrigin}`,
    `OS/Arch:       ${client.OsArch}`,
  ].join("\n");
}
