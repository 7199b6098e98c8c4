import { text } from "node:stream/consumers";
import * as z from "zod/mini";
import { TspodError } from "../../errors.ts";
import type { Env } from "../../os/env.ts";
import type { Credentials } from "./credentials.ts";

const answerSchema = z.object({ Username: z.string(), Secret: z.string() });

/** Servers and user names. */
const listSchema = z.record(z.string(), z.string());

/** There is no such helper on this machine. */
export class MissingHelperError extends TspodError {
  override name = "MissingHelperError";
}

/** The answer of a helper that knows nothing: the protocol has only this text for it. */
const NOT_FOUND = "credentials not found in native keychain";
/** The user name that marks an identity token. */
const TOKEN_USER = "<token>";

/**
 * Ask `docker-credential-NAME get` for a registry's credentials.
 * @returns undefined where the helper knows none
 * @throws {TspodError} If there is no such helper, or it fails or answers nonsense.
 * @see https://github.com/docker/docker-credential-helpers
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  env: Env,
): Promise<Credentials | undefined> {
  const output = await callHelper(name, "get", { input: `${server}\n`, server, env });
  if (output === undefined) return undefined;
  const answer = z.safeParse(answerSchema, parseJson(output));
  if (!answer.success)
    throw new TspodError(`credential helper "${programOf(name)}" gave no valid answer for ${server}`);
  const { Username: username, Secret: secret } = answer.data;
  if (username === "" && secret === "") return undefined;
  return username === TOKEN_USER
    ? { kind: "identity-token", token: secret }
    : { kind: "password", username, password: secret };
}

/** Have a helper keep a password: `docker-credential-NAME store`. @throws {TspodError} If it doesn't. */
export async function storeInHelper(
  name: string,
  { server, username, password, env }: { server: string; username: string; password: string; env: Env },
): Promise<void> {
  const input = JSON.stringify({ ServerURL: server, Username: username, Secret: password });
  await callHelper(name, "store", { input, server, env });
}

/**
 * Have a helper forget a registry: `docker-credential-NAME erase`.
 * @returns false where it knew none
 * @throws {TspodError} If it fails.
 */
export async function eraseFromHelper(name: string, server: string, env: Env): Promise<boolean> {
  if ((await askCredentialHelper(name, server, env)) === undefined) return false;
  return (await callHelper(name, "erase", { input: `${server}\n`, server, env })) !== undefined;
}

/** The servers that a helper has credentials for. @throws {TspodError} If it fails or answers nonsense. */
export async function listHelper(name: string, env: Env): Promise<string[]> {
  const output = await callHelper(name, "list", { input: "", server: "all registries", env });
  const answer = z.safeParse(listSchema, parseJson(output ?? "{}"));
  if (!answer.success) throw new TspodError(`credential helper "${programOf(name)}" gave no valid list`);
  return Object.keys(answer.data);
}

interface HelperCall {
  /** Secrets go this way only, never by an argument. */
  readonly input: string;
  readonly server: string;
  readonly env: Env;
}

/** @returns what it said; undefined: it knows nothing of the server */
async function callHelper(
  name: string,
  action: "get" | "store" | "erase" | "list",
  { input, server, env }: HelperCall,
): Promise<string | undefined> {
  const program = programOf(name);
  const { code, output } = await run([program, action], input, env);
  if (code === 0) return output;
  const said = output.trim().split("\n", 1)[0] ?? "";
  if (action !== "store" && (said === NOT_FOUND || said === "")) return undefined;
  throw new TspodError(
    `credential helper "${program}" failed for ${server}: ${said.slice(0, 200) || `exit status ${code}`}`,
  );
}

/** @throws {TspodError} If it can't be a program's name. */
function programOf(name: string): string {
  if (!/^[\w.-]+$/.test(name)) throw new TspodError(`invalid credential helper name "${name}"`);
  return `docker-credential-${name}`;
}

async function run(
  [program, action]: readonly [string, string],
  input: string,
  env: Env,
): Promise<{ code: number | null; output: string }> {
  const { spawn } = await import("node:child_process"); // most pulls and pushes call no helper
  const child = spawn(program, [action], { stdio: ["pipe", "pipe", "ignore"], env: { ...env } });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", (cause) =>
      reject(
        new MissingHelperError(`credential helper "${program}" can't be run: is it installed and in PATH?`, {
          cause,
        }),
      ),
    );
    child.on("close", resolve);
  });
  // A helper that does not read its input closes the pipe: its answer counts, not our EPIPE.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [code, output] = await Promise.all([ended, text(child.stdout)]);
  return { code, output };
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
