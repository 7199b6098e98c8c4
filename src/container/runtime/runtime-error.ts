import {
  CommandNotExecutableError,
  CommandNotFoundError,
  RuntimeFailedError,
  type TspodError,
} from "../../errors.ts";
import { members, oneOf, soundJson, text } from "../../oci/shape.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";

/**
 * What an OCI runtime's own words mean for the user, in Podman's form `RUNTIME: WORDS: SENTINEL`.
 * Runtimes tell 126 and 127 apart in no other way than by their words, so these are searched.
 * @param code its exit status, or 128 + signal: for one that has said nothing
 */
export function runtimeError(runtime: string, said: string, code = 0): TspodError {
  const words = plainWords(said);
  const ended = code > 128 ? `was killed by signal ${code - 128}` : "failed without a message";
  const whole = `${runtime}: ${words || ended}`;
  if (/permission denied|operation not permitted|is a directory|exec format error/i.test(words)) {
    return new CommandNotExecutableError(`${whole}: OCI permission denied`);
  }
  if (/executable file .*not found|no such file or directory|open executable/i.test(words)) {
    return new CommandNotFoundError(`${whole}: OCI runtime attempted to invoke a command that was not found`);
  }
  return new RuntimeFailedError(`${whole}: OCI runtime error`);
}

/** The last error in a runtime's `--log-format json` log; empty where there is none. */
export function lastLoggedError(path: string): string {
  try {
    return loggedErrors(readSmallText(path)).at(-1) ?? "";
  } catch {
    return ""; // the runtime died before it wrote anything
  }
}

const errorShape = members({ level: oneOf("error"), msg: text });

/** An entry of a log: a line, or, of crun since 1.20 or so, an object over several lines. */
const ENTRY = /^\{(?:.*\}|\n(?:[ \t].*\n)*\})$/gm;
/** One that may be cut short, too. */
const BEGUN_ENTRY = /^\{.*(?:\n[ \t].*)*(?:\n\})?/gm;

function loggedErrors(log: string): string[] {
  return (log.match(ENTRY) ?? []).flatMap((found) => {
    const error = soundJson(errorShape, found); // otherwise words, or an entry of another level
    return error === undefined ? [] : [error.msg];
  });
}

/**
 * What a runtime has said on its stderr, as one line. It may be lines of its log, which it writes there while
 * it has no log file, the last one cut short where it was killed.
 */
function plainWords(said: string): string {
  const error = loggedErrors(said).at(-1);
  if (error !== undefined) return error.trim();
  const lines = said
    .replace(BEGUN_ENTRY, "")
    .split("\n")
    .map((line) => line.trim());
  return lines.filter((line) => line !== "").join("; ");
}
