import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import type { Env } from "../../os/env.ts";
import type { GitReference } from "./git-reference.ts";

export interface GitOptions {
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Whether .git stays. */
  readonly keepsGitDirectory: boolean;
}

/** No hooks. */
const SAFE = ["-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"];

/**
 * No questions, and no other transports, whatever the user allows for repositories of their own: this one,
 * and its submodules, others have written. The variable overrides settings and command line.
 */
const SAFE_ENV: Env = {
  GIT_ALLOW_PROTOCOL: "http:https:git:ssh",
  GIT_TERMINAL_PROMPT: "0",
  GIT_CONFIG_NOSYSTEM: "1",
};

/** Of the repository whose hook starts a build. @see git-rev-parse(1), --local-env-vars */
const OTHER_REPOSITORY: Env = {
  GIT_ALTERNATE_OBJECT_DIRECTORIES: undefined,
  GIT_COMMON_DIR: undefined,
  GIT_DIR: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_NAMESPACE: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
  GIT_PREFIX: undefined,
  GIT_QUARANTINE_PATH: undefined,
  GIT_SHALLOW_FILE: undefined,
  GIT_WORK_TREE: undefined,
};

/**
 * Check a tree of a repository out, without its history where the server can do that.
 * @param path absolute path of an empty directory
 * @returns the commit, in hex
 * @throws {NotFoundError} If git is missing.
 * @throws {TspodError} With what git says.
 */
export async function fetchGit(
  { url, ref }: GitReference,
  path: string,
  options: GitOptions,
): Promise<string> {
  const git = (...args: string[]) => runGit([...SAFE, "-C", path, ...args], options);
  await git("init", "--quiet");
  const wanted = ref ?? "HEAD";
  try {
    await git("fetch", "--quiet", "--depth=1", "--", url, wanted);
    await git("checkout", "--quiet", "--force", "FETCH_HEAD");
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof NotFoundError) throw error;
    // A server that gives no part of a history, or no commit by its name.
    await git("fetch", "--quiet", "--tags", "--", url, "+refs/heads/*:refs/remotes/origin/*");
    await checkoutNamed(git, wanted, error);
  }
  await git("submodule", "--quiet", "update", "--init", "--recursive");
  const commit = (await git("rev-parse", "HEAD")).trim();
  if (!options.keepsGitDirectory) rmSync(join(path, ".git"), { recursive: true, force: true });
  return commit;
}

async function checkoutNamed(
  git: (...args: string[]) => Promise<string>,
  wanted: string,
  cause: unknown,
): Promise<void> {
  const names =
    wanted === "HEAD" ? ["origin/HEAD", "origin/main", "origin/master"] : [`origin/${wanted}`, wanted];
  for (const name of names) {
    try {
      await git("checkout", "--quiet", "--force", "--detach", name);
      return;
    } catch {
      // The next one, or the first error.
    }
  }
  throw cause;
}

async function runGit(args: readonly string[], { env, signal }: GitOptions): Promise<string> {
  const child = spawn("git", args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env, ...OTHER_REPOSITORY, ...SAFE_ENV },
    signal,
  });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  let code: number | null;
  try {
    [code] = (await once(child, "close")) as [number | null];
  } catch (cause) {
    signal.throwIfAborted();
    throw new NotFoundError('git is needed for this and is not there: "apt-get install git"', { cause });
  }
  if (code !== 0) {
    const lines = Buffer.concat(stderr).toString().trim().split("\n");
    // Of a submodule the last line says only that it failed twice.
    const said = lines.find((line) => line.startsWith("fatal: ")) ?? lines.at(-1);
    throw new TspodError(`git: ${said || `exit status ${code}`}`);
  }
  return Buffer.concat(stdout).toString();
}
