import { readFileSync } from "node:fs";
import { CommandNotExecutableError, CommandNotFoundError, TspodError } from "../../errors.ts";

/**
 * What an OCI runtime's own words mean for the user, in Podman's form `RUNTIME: WORDS: SENTINEL`.
 * Runtimes tell 126 and 127 apart in no other way than by their words, so these are searched.
 */
export function runtimeError(runtime: string, words: string): TspodError {
  const text = `${runtime}: ${words.trim() || "failed without a message"}`;
  if (/permission denied|operation not permitted|is a directory|exec format error/i.test(words)) {
    return new CommandNotExecutableError(`${text}: OCI permission denied`);
  }
  if (/executable file .*not found|no such file or directory|open executable/i.test(words)) {
    return new CommandNotFoundError(`${text}: OCI runtime attempted to invoke a command that was not found`);
  }
  return new TspodError(`${text}: OCI runtime error`);
}

/** The last error in a runtime's `--log-format json` log; empty where there is none. */
export function lastLoggedError(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return ""; // the runtime died before it wrote anything
  }
  const messages = text.split("\n").flatMap((line) => {
    const entry = parseEntry(line);
    return entry?.level === "error" && typeof entry.msg === "string" ? [entry.msg] : [];
  });
  return messages.at(-1) ?? "";
}

function parseEntry(line: string): { level?: unknown; msg?: unknown } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // a line that is cut short, or the empty one at the end
  }
}
