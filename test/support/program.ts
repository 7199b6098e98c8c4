import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join, resolve } from "node:path";

export const REPOSITORY = resolve(import.meta.dirname, "../..");

/**
 * The built program; or another with the same command line (podman), to see whether a test asks for the right
 * thing.
 */
export const TSPOD = process.env.TSPOD_TEST_PROGRAM ?? join(REPOSITORY, "dist/bin/tspod");

/** What a program said and how it ended. */
export interface Result {
  /** Exit status, or 128 + signal as a shell has it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** Replaces the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What the program reads from its stdin; without it that is /dev/null. */
  readonly input?: string | Uint8Array;
  /** After this time it is killed, and that is an error. Default: 60 s. */
  readonly timeoutMs?: number;
}

/** A program that runs in the background of a test. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Everything so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves once `pattern` is in its stdout or stderr. */
  saw(pattern: RegExp, timeoutMs?: number): Promise<void>;
  readonly ended: Promise<Result>;
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

/** Start a program, without a shell. */
export function startProgram(file: string, args: readonly string[], options: ProgramOptions = {}): Running {
  const { env, cwd, input, timeoutMs = 60_000 } = options;
  const child = spawn(file, args, {
    ...(env && { env }),
    ...(cwd && { cwd }),
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  child.stdin?.on("error", () => {}); // it need not read what it is given
  child.stdin?.end(input);
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
  const ended = new Promise<Result>((resolveResult, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(
        new Error(`no end after ${timeoutMs} ms: ${file} ${args.join(" ")}\n${text(stdout)}${text(stderr)}`),
      );
    }, timeoutMs);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const status = code ?? 128 + (SIGNAL_NUMBERS[signal ?? ""] ?? 0);
      resolveResult({ code: status, stdout: text(stdout), stderr: text(stderr) });
    });
  });
  ended.catch(() => {}); // whoever awaits it hears of it
  return {
    child,
    pid: child.pid ?? -1,
    stdout: () => text(stdout),
    stderr: () => text(stderr),
    saw: (pattern, sawTimeoutMs) =>
      until(
        () => pattern.test(text(stdout) + text(stderr)),
        `${pattern} from ${args.join(" ")}`,
        sawTimeoutMs,
      ),
    ended,
  };
}

/** Run a program to its end. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Result> {
  return startProgram(file, args, options).ended;
}

/** Wait until `condition` holds. @throws {Error} With `what` in it, if it doesn't within a minute. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(20);
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** The absolute path of a program in PATH. @throws {Error} Naming the Debian package that has it. */
export function requireProgram(name: string, debianPackage: string): string {
  for (const directory of `${process.env.PATH ?? ""}${delimiter}/usr/sbin${delimiter}/sbin`.split(
    delimiter,
  )) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this one
    }
  }
  throw new Error(`'${name}' is missing: apt-get install ${debianPackage}`);
}
