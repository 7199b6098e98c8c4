import { parse, TomlError } from "smol-toml";
import { TspodError } from "../../errors.ts";
import { readSmallText } from "./read-small-file.ts";

/** A parsed TOML file, which knows on which line something stands. */
export interface TomlFile {
  readonly path: string;
  readonly table: Readonly<Record<string, unknown>>;
  /** An error about this file: `path:line: message`; the line is that of the first match of `where`. */
  problem(message: string, where?: RegExp): TspodError;
  /** `path:line` of the first match of `where`. */
  placeOf(where: RegExp): string;
}

/**
 * Read one TOML file.
 * @returns undefined where there is no such file
 * @throws {TspodError} If it can't be read, isn't TOML, or has a NUL in a text; names file and line.
 */
export function readToml(path: string): TomlFile | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const problem = (message: string, where?: RegExp): TspodError =>
    new TspodError(`${path}:${where === undefined ? "" : `${lineOf(text, where)}:`} ${message}`);
  const placeOf = (where: RegExp): string => `${path}:${lineOf(text, where)}`;
  try {
    const table = parse(text, { integersAsBigInt: "asNeeded" });
    if (hasNul(table))
      throw problem('a text in it has a NUL ("\\u0000"), which nothing can take', /\\u0{4}|\\x00/i);
    return { path, table, problem, placeOf };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library's message has more lines, with a picture of the place.
    const [first = "invalid TOML"] = error.message.split("\n");
    throw new TspodError(
      `${path}:${error.line}: ${first.replace(/^Invalid TOML document: /, "invalid TOML: ")}`,
    );
  }
}

function hasNul(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0");
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, each]) => key.includes("\0") || hasNul(each));
}

function readIfThere(path: string): string | undefined {
  try {
    return readSmallText(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new TspodError(`reading "${path}"`, { cause: error });
  }
}

function lineOf(text: string, where: RegExp): number {
  const line = text.split("\n").findIndex((candidate) => where.test(candidate.replace(/#.*/, "")));
  return line < 0 ? 1 : line + 1;
}
