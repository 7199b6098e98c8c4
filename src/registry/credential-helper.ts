import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import * as z from "zod/mini";
import { TspodError } from "../errors.ts";
import type { Credentials } from "./credentials.ts";
import type { Env } from "./registries-conf.ts";

const answerSchema = z.object({ Username: z.string(), Secret: z.string() });

/** What a helper answers when it simply knows nothing: the protocol has only this text for it. */
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
  const program = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name)) throw new TspodError(`invalid credential helper name "${name}"`);
  const { code, output } = await run(program, `${server}\n`, env);
  if (code !== 0) {
    const said = output.trim().split("\n", 1)[0] ?? "";
    if (said === NOT_FOUND || said === "") return undefined;
    throw new TspodError(`credential helper "${program}" failed for ${server}: ${said.slice(0, 200)}`);
  }
  const answer = z.safeParse(answerSchema, parseJson(output));
  if (!answer.success)
    throw new TspodError(`credential helper "${program}" gave no valid answer for ${server}`);
  const { Username: username, Secret: secret } = answer.data;
  if (username === "" && secret === "") return undefined;
  return username === TOKEN_USER
    ? { kind: "identity-token", token: secret }
    : { kind: "password", username, password: secret };
}

async function run(
  program: string,
  input: string,
  env: Env,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, ["get"], { stdio: ["pipe", "pipe", "ignore"], env: { ...env } });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", (cause) =>
      reject(
        new TspodError(`credential helper "${program}" can't be run: is it installed and in PATH?`, {
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
