import { join } from "node:path";
import { defineCommand } from "../../cli/define-command.ts";
import { requireAuthFile } from "../../cli/require-file.ts";
import { TspodError } from "../../errors.ts";
import {
  checkPassword,
  defaultRegistry,
  eraseAllCredentials,
  eraseCredentials,
  knownCredentials,
  type LoginKey,
  type LoginOptions,
} from "../../image/login.ts";
import { authFileOf, keyIn, parseLoginKey } from "../flags/login-key.ts";

export const command = defineCommand({
  name: "logout",
  operands: "[REGISTRY]",
  summary: "Log out of a registry",
  description:
    "Forgets the credentials that `login` has kept for a registry, or for a namespace or repository of one. Without REGISTRY the first search registry of registries.conf is meant.",
  examples: [
    { line: "tspod logout quay.io", help: "forget user and password" },
    { line: "tspod logout --all", help: "forget all of them" },
  ],
  flags: {
    all: { type: "boolean", short: "a", help: "Forget the credentials for all registries" },
    authfile: {
      type: "string",
      value: "PATH",
      complete: "file",
      help: "File with credentials (default: the one that login writes)",
    },
    "compat-auth-file": {
      type: "string",
      value: "PATH",
      complete: "file",
      help: "File with credentials in the form that Docker reads",
    },
  },
  maxOperands: 1,
  complete: "registry",
  check: ({ flags, operands }) => (flags.all && operands.length > 0 ? "--all takes no arguments" : undefined),
  async run(call) {
    const { env, flags, operands, print, runtimeDirectory } = call;
    const { all } = flags;
    const { authFile: authfile } = authFileOf(flags);
    requireAuthFile(authfile, call);
    const options = {
      env,
      lock: join(runtimeDirectory, "auth.lock"),
      ...(authfile !== undefined && { authFile: authfile }),
    };
    if (all) {
      await eraseAllCredentials(options);
      return print("Removed login credentials for all registries");
    }
    const key = keyIn(flags, parseLoginKey(operands[0] ?? defaultRegistry(options)));
    if (await eraseCredentials(key, options)) return print(`Removed login credentials for ${key.key}`);
    if (!(await isLoggedInElsewhere(key, options))) throw new TspodError(`not logged into ${key.key}`);
    print(
      `Not logged into ${key.key} with current tool. Existing credentials were established via docker login. Please use docker logout instead.`,
    );
  },
});

/** By another tool, into a file that is only read. */
async function isLoggedInElsewhere(key: LoginKey, options: LoginOptions): Promise<boolean> {
  const known = await knownCredentials(key, options);
  return known?.kind === "password" && (await checkPassword(key, known, options).catch(() => false));
}
