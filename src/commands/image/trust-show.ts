import { resolve } from "node:path";
import { defineCommand } from "../../cli/define-command.ts";
import { toJson } from "../../cli/output/json.ts";
import { renderTable } from "../../cli/output/table.ts";
import { describeTrust, readTrust } from "../../image/trust.ts";

const HEADINGS = ["TRANSPORT", "NAME", "TYPE", "ID", "STORE"];

export const command = defineCommand({
  name: "image trust show",
  operands: "[REGISTRY]",
  summary: "Show which images are trusted",
  description:
    "Shows what policy.json says: for each scope its requirements, whose keys they name, and where signatures are looked for.",
  examples: [{ line: "tspod image trust show --json", help: "as JSON" }],
  flags: {
    json: { type: "boolean", short: "j", help: "Print JSON" },
    noheading: { type: "boolean", short: "n", help: "Print no column headings" },
    policypath: { type: "string", value: "PATH", hidden: true, help: "Show this file" },
    raw: { type: "boolean", help: "Print the file as it is" },
    registrypath: { type: "string", value: "PATH", hidden: true, help: "Use this in place of registries.d" },
  },
  maxOperands: 1,
  complete: "registry",
  async run(call) {
    const { json, noheading, policypath, raw, registrypath } = call.flags;
    const policy = readTrust(call.env, policypath ? resolve(call.cwd, policypath) : undefined);
    if (raw) return call.print(policy.text.replace(/\n$/, ""));
    const directory = registrypath ? resolve(call.cwd, registrypath) : undefined;
    const lines = await describeTrust(policy, {
      env: call.env,
      directory,
      warn: call.warn,
    });
    if (json) return call.print(toJson(lines, 2));
    const rows = lines.map((line) => [
      line.transport,
      line.repo_name,
      line.type,
      line.gpg_id ?? "",
      line.sigstore ?? "",
    ]);
    call.write(renderTable(noheading ? rows : [HEADINGS, ...rows]));
  },
});
