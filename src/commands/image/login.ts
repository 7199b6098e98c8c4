import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { readLine, readPassword } from "../../cli/prompt.ts";
import { TspodError } from "../../errors.ts";
import {
  type Credentials,
  checkPassword,
  defaultRegistry,
  knownCredentials,
  type LoginKey,
  type LoginOptions,
  storeCredentials,
} from "../../image/login.ts";
import { lookupSecret, secretData } from "../../secret/secrets.ts";
import { authFileOf, keyIn, parseLoginKey } from "../flags/login-key.ts";
import { connectionFlags } from "../flags/registry-flags.ts";

const { creds: _, ...loginFlags } = connectionFlags;

const flags = {
  ...loginFlags,
  "compat-auth-file": {
    type: "string",
    value: "PATH",
    complete: "file",
    help: "Keep the credentials in this file, in the form that Docker reads",
  },
  "get-login": { type: "boolean", help: "Print who is logged in, and do nothing else" },
  password: {
    type: "string",
    short: "p",
    value: "PASSWORD",
    secret: true,
    help: "Password: visible to others in `ps`",
  },
  "password-stdin": { type: "boolean", help: "Read the password from standard input" },
  secret: {
    type: "string",
    value: "NAME",
    help: "Take the password from a secret (tspod secret create); without --username the user has its name",
  },
  username: { type: "string", short: "u", value: "USER", help: "User name" },
  verbose: { type: "boolean", short: "v", help: "Tell where the credentials are kept" },
} as const satisfies FlagTable;

type LoginCall = Call<typeof flags>;

export const command = defineCommand({
  name: "login",
  operands: "[REGISTRY]",
  summary: "Log in to a registry",
  description: `Asks the registry whether user and password are right, and keeps them in the auth file: --authfile, $REGISTRY_AUTH_FILE, $DOCKER_CONFIG/config.json, or $XDG_RUNTIME_DIR/containers/auth.json, which is gone after a reboot. Where that file or registries.conf names a credential helper, the helper keeps them.

    REGISTRY may be a namespace or repository of a registry: then they are for that only. Without it the first search registry of registries.conf is meant.`,
  examples: [
    { line: "tspod login quay.io", help: "asks for user and password" },
    { line: "pass show quay | tspod login -u me --password-stdin quay.io/team", help: "for a script" },
    { line: "tspod login --get-login quay.io", help: "who is logged in" },
  ],
  flags,
  maxOperands: 1,
  complete: "registry",
  async run(call) {
    const options = loginOptions(call);
    const [operand] = call.operands;
    const key = keyIn(call.flags, parseLoginKey(operand ?? defaultRegistry(options)));
    const known = await credentialsOf(key, options);
    if (call.flags["get-login"]) return call.print(userOf(key, known));
    if (known?.kind === "identity-token")
      throw new TspodError("currently logged in, auth file contains an Identity token");
    const given = await givenPassword(call);
    if (
      call.flags.username === undefined &&
      call.flags.secret === undefined &&
      given === undefined &&
      known !== undefined
    ) {
      call.print(`Authenticating with existing credentials for ${key.key}`);
      if (await checkPassword(key, known, options).catch(() => false))
        return call.print(`Existing credentials are valid. Already logged in to ${key.registry}`);
      call.print("Existing credentials are invalid, please enter valid username and password");
    }
    const password = askUser(call, { given, known: known?.username });
    await logIn(call, key, { password, options });
  },
});

/** What both commands need to know about auth files and registries. */
function loginOptions({ env, flags, given, runtimeDirectory }: LoginCall): LoginOptions {
  return {
    env,
    lock: join(runtimeDirectory, "auth.lock"),
    ...authFileOf(flags),
    ...(flags["cert-dir"] !== undefined && { certDirectory: flags["cert-dir"] }),
    ...(given.has("tls-verify") && { tlsVerify: flags["tls-verify"] }),
  };
}

async function credentialsOf(key: LoginKey, options: LoginOptions): Promise<Credentials | undefined> {
  try {
    return await knownCredentials(key, options);
  } catch (cause) {
    throw new TspodError("get credentials", { cause });
  }
}

function userOf({ key }: LoginKey, known: Credentials | undefined): string {
  if (known?.kind !== "password" || known.username === "") throw new TspodError(`not logged into ${key}`);
  return known.username;
}

/** @throws {TspodError} If the flags contradict each other. */
async function givenPassword(call: LoginCall): Promise<string | undefined> {
  const { flags } = call;
  if (flags.secret !== undefined) return passwordOfSecret(call, flags.secret);
  if (!flags["password-stdin"]) return flags.password || undefined;
  if (flags.password) throw new TspodError("Can't specify both --password-stdin and --password");
  if (!flags.username) throw new TspodError("Must provide --username with --password-stdin");
  // A password has no line ends, whatever wrote it.
  return (await text(process.stdin)).replace(/\r?\n/g, "") || undefined;
}

/** @throws {TspodError} If there is no such secret, or the password is given in another way, too. */
function passwordOfSecret({ flags, store }: LoginCall, name: string): string {
  if (flags.password || flags["password-stdin"])
    throw new TspodError("--secret can not be used with --password or --password-stdin");
  return secretData(lookupSecret(store(), name)).toString();
}

/** @param known the user of before, who is meant by an empty answer */
function askUser(
  call: LoginCall,
  { given, known }: { given: string | undefined; known: string | undefined },
): { username: string; password: string } {
  try {
    const username = (call.flags.username || call.flags.secret || askName(call, known)).trim();
    return { username, password: given ?? readPassword(call) };
  } catch (cause) {
    throw new TspodError("getting username and password", { cause });
  }
}

function askName({ write, flush }: LoginCall, known: string | undefined): string {
  write(known ? `Username (${known}): ` : "Username: ");
  flush();
  const answer = readLine();
  if (answer === undefined) throw new TspodError("reading username: EOF");
  return answer.trim() || (known ?? "");
}

async function logIn(
  call: LoginCall,
  key: LoginKey,
  { password, options }: { password: { username: string; password: string }; options: LoginOptions },
): Promise<void> {
  let taken: boolean;
  try {
    taken = await checkPassword(key, password, { ...options, signal: call.signal });
  } catch (cause) {
    call.signal.throwIfAborted();
    throw new TspodError(`authenticating creds for "${key.key}"`, { cause });
  }
  if (!taken) throw new TspodError(`logging into "${key.key}": invalid username/password`);
  const where = await storeCredentials(key, password, options);
  if (call.flags.verbose) call.print(`Used:  ${where}`);
  call.print("Login Succeeded!");
}
