import { defineCommand } from "../../cli/define-command.ts";
import { errorLine, messageChain, NotFoundError, TspodError } from "../../errors.ts";
import { ExitCode } from "../../os/exit-code.ts";
import { listSecrets, removeSecretNamed } from "../../secret/secrets.ts";

export const command = defineCommand({
  name: "secret rm",
  operands: "SECRET [SECRET...]",
  complete: "secret",
  summary: "Remove one or more secrets",
  description:
    "Removes secrets and prints their IDs. Containers keep the files that they were made with; those that have it in their environment can't be started any more.",
  examples: [{ line: "tspod secret rm db-password", help: "remove a secret" }],
  flags: {
    all: { type: "boolean", short: "a", help: "Remove all secrets" },
    ignore: { type: "boolean", short: "i", help: "Say nothing of secrets that are not there" },
  },
  check({ flags, operands }) {
    return flags.all === operands.length > 0
      ? "`tspod secret rm` requires one argument, or the --all flag"
      : undefined;
  },
  async run(call) {
    const store = call.store();
    const errors: string[] = [];
    for (const name of call.flags.all ? listSecrets(store).map(({ id }) => id) : call.operands) {
      try {
        call.print(removeSecretNamed(store, name));
      } catch (error) {
        if (!(error instanceof TspodError)) throw error;
        if (error instanceof NotFoundError && call.flags.ignore) continue;
        errors.push(messageChain(error));
      }
    }
    for (const error of errors) call.warn(errorLine(error));
    return errors.length === 0 ? 0 : ExitCode.failed;
  },
});
