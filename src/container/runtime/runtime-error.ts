import { CommandNotExecutableError, CommandNotFoundError, TspodError } from "../../errors.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";

/**
 * What an OCI runtime's own words mean for the user, in Podman's form `RUNTIME: WORDS: SENTINEL`.
 * Runtimes tell 126 and 127 apart in no other way than by their words, so these are searched.
 * @param code its exit status, or 128 + signal: for one that has said nothing
 */
export function runtimeError(runtime: string, said: string, code = 0): TspodError {
  const words = plainWords(said);
  const ended = code > 128 ? `was killed by signal ${code - 128}` : "failed without a message";
  const text = `${runtime}: ${words || ended}`;
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
  try {
    return loggedErrors(readSmallText(path)).at(-1) ?? "";
  } catch {
    return ""; // the runtime died before it wrote anything
  }
}

function loggedErrors(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const entry = parseEntry(line);
    return entry?.level === "error" && typeof entry.msg === "string" ? [entry.msg] : [];
  });
}

/**
 * What a runtime has said on its stderr, as one line. It may be lines of its log, which it writes there while
 * it has no log file, the last one cut short where it was killed.
 */
function plainWords(said: string): string {
  const error = loggedErrors(said).at(-1);
  if (error !== undefined) return error.trim();
  const lines = said.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("{")).join("; ");
}

function parseEntry(line: string): { level?: unknown; msg?: unknown } | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // a line that is cut short
  }
}
