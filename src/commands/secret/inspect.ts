import { defineCommand } from "../../cli/define-command.ts";
import { toJson } from "../../cli/output/json.ts";
import { unescapeTemplate } from "../../cli/output/unescape.ts";
import { messageChain, NotFoundError, TspodError } from "../../errors.ts";
import { formatGoTime } from "../../podman/go/value.ts";
import { inspectSecret } from "../../podman/secret.ts";
import { lookupSecret, type SecretRecord, secretData } from "../../secret/secrets.ts";
import { shortTemplateFlag } from "../flags/list-flags.ts";

export const command = defineCommand({
  name: "secret inspect",
  operands: "SECRET [SECRET...]",
  complete: "secret",
  summary: "Inspect a secret",
  description: "Prints what is known of each secret, and with --showsecret what is secret, too.",
  examples: [
    { line: "tspod secret inspect --format '{{.CreatedAt}}' db-password", help: "when it was made" },
  ],
  flags: {
    format: shortTemplateFlag("Print with a Go template"),
    pretty: { type: "boolean", help: "Print for people instead of as JSON" },
    showsecret: { type: "boolean", help: "Print the secret's content too, in JSON and templates" },
  },
  minOperands: 1,
  async run(call) {
    const { format, pretty, showsecret } = call.flags;
    const { secrets } = call.store();
    const shown = (secret: SecretRecord) => ({
      ...inspectSecret(secret, secrets),
      ...(showsecret && { SecretData: secretData(secret).toString() }),
    });
    const found: SecretRecord[] = [];
    const missing: NotFoundError[] = [];
    for (const name of call.operands) {
      try {
        found.push(lookupSecret(call.store(), name));
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
        missing.push(error);
      }
    }
    if (format !== undefined) {
      const { parseTemplate } = await import("../../cli/output/template.ts");
      const render = parseTemplate(unescapeTemplate(format).replace(/\n$/, ""), {
        name: "inspect",
        prefix: "{{range .}}",
      });
      const { toGoObject } = await import("../../podman/types/go-object.ts");
      for (const secret of found) call.print(render(toGoObject("secret", shown(secret))));
    } else if (pretty) for (const secret of found) call.write(prettySecret(secret));
    else call.print(toJson(found.map(shown), 4));
    if (missing.length > 0)
      throw new TspodError(missing.map((error) => `inspecting secret: ${messageChain(error)}`).join("\n"));
  },
});

function prettySecret(secret: SecretRecord): string {
  const labels = Object.entries(secret.labels).map(([key, value]) => ` - ${key}${value && `=${value}`}`);
  const lines = [
    `ID:              ${secret.id}`,
    `Name:              ${secret.name}`,
    ...(labels.length === 0 ? [] : ["Labels:", ...labels]),
    `Driver:            ${secret.driver}`,
    `Created at:        ${formatGoTime(secret.created)}`,
    `Updated at:        ${formatGoTime(secret.updated ?? secret.created)}`,
  ];
  return `${lines.join("\n")}\n`;
}
