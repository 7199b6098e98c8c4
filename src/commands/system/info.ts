import { defineCommand } from "../../cli/define-command.ts";
import { isJsonFormat, toJson } from "../../cli/output/json.ts";
import { unescapeTemplate } from "../../cli/output/unescape.ts";
import { toYaml } from "../../cli/output/yaml.ts";
import { shortTemplateFlag } from "../flags/list-flags.ts";
import { gatherInfo } from "./gather-info.ts";

export const command = defineCommand({
  name: "info",
  summary: "Display information on the host, the store and tspod",
  description:
    "Says what tspod found on this host: the runtime and the network helper it uses, how control groups can be used, the user's ids, where the store is and what is in it. Good to have in a bug report.",
  examples: [
    { line: "tspod info", help: "all of it, as YAML" },
    { line: "tspod info --format '{{.Host.OCIRuntime.Name}}'", help: "the name of the runtime" },
  ],
  flags: {
    debug: { type: "boolean", short: "D", hidden: true, help: "Ignored, as by Podman" },
    format: shortTemplateFlag("Print with a Go template, or as json"),
  },
  async run(call) {
    const { format } = call.flags;
    const info = await gatherInfo(call);
    if (isJsonFormat(format)) call.print(toJson(info, 2));
    else if (format !== undefined) {
      const { parseTemplate } = await import("../../cli/output/template.ts");
      const { toGoObject } = await import("../../podman/types/go-object.ts");
      const { dockerInfo } = await import("./docker-info.ts");
      const shown = call.launch.name === "docker" ? { ...dockerInfo(info), ...info } : info;
      call.print(parseTemplate(unescapeTemplate(format), { name: "info" })(toGoObject("info", shown)));
    } else call.write(toYaml(info));
  },
});
