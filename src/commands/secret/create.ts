import { closeSync, openSync } from "node:fs";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { FlagValueError, TspodError } from "../../errors.ts";
import { parseLabels, splitPair } from "../../options/parse/key-value.ts";
import { readAtMost } from "../../os/files/read-small-file.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";
import { nowRfc3339Nano } from "../../os/time.ts";
import { createSecret, SECRET_BYTES_MAX } from "../../secret/secrets.ts";

const flags = {
  driver: { type: "string", short: "d", default: "file", value: "DRIVER", help: "Only file is known" },
  "driver-opts": { type: "list", split: true, value: "KEY=VALUE", help: "Kept with the secret, for inspect" },
  env: { type: "boolean", help: "The operand is the name of an environment variable with the secret" },
  ignore: {
    type: "boolean",
    help: "Leave a secret of that name as it is, and print its ID; without this flag it is an error",
  },
  label: { type: "list", short: "l", value: "KEY=VALUE", help: "Label of the secret" },
  replace: {
    type: "boolean",
    help: "Put the new secret in the place of one of that name; containers that are made later get it",
  },
} as const satisfies FlagTable;

type SecretCall = Call<typeof flags>;

export const command = defineCommand({
  name: "secret create",
  operands: "NAME FILE|-",
  summary: "Create a new secret",
  description:
    "Keeps the content of a file, or of stdin, as a secret, and prints its ID. run --secret gives it to a container.",
  examples: [
    { line: "tspod secret create db-password password.txt", help: "a secret from a file" },
    { line: "printf hunter2 | tspod secret create db-password -", help: "a secret from a pipe" },
    { line: "tspod secret create --replace db-password new.txt", help: "the same secret with other content" },
  ],
  flags,
  minOperands: 2,
  maxOperands: 2,
  complete: ["none", "file"],
  check: ({ flags }) =>
    flags.ignore && flags.replace ? "cannot use --ignore and --replace flags together" : undefined,
  async run(call) {
    if (call.flags.driver !== "file") throw new TspodError("invalid driver");
    const [name = "", source = ""] = call.operands;
    const { ignore, replace } = call.flags;
    for (const option of call.flags["driver-opts"])
      if (!option.includes("="))
        throw new FlagValueError("driver-opts", option, `${option} must be formatted as key=value`);
    const { id } = createSecret(call.store(), {
      name,
      data: readData(call, source),
      labels: parseLabels(call.flags.label),
      driverOptions: Object.fromEntries(call.flags["driver-opts"].map(splitPair)),
      created: nowRfc3339Nano(),
      ...(ignore ? { existing: "keep" } : replace ? { existing: "replace" } : {}),
    });
    call.print(id);
  },
});

/** A file, a pipe, or a device that never ends: of none more is read than a secret may hold. */
function readData({ flags, env, terminal }: SecretCall, source: string): Buffer | undefined {
  if (flags.env) {
    const value = env[source];
    if (value === undefined)
      throw new TspodError(`cannot create store secret data: environment variable ${source} is not set`);
    return Buffer.from(value);
  }
  if (source === "-" && terminal.stdin)
    throw new TspodError("if `-` is used, data must be passed into stdin");
  if (source === "-") return readAtMost(0, SECRET_BYTES_MAX);
  try {
    const fd = openSync(source, "r");
    try {
      return readAtMost(fd, SECRET_BYTES_MAX);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`open ${source}: ${systemErrorReason(error)}`);
  }
}
