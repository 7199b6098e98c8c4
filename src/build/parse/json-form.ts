import { TspodError } from "../../errors.ts";

/**
 * The JSON form of an instruction's arguments.
 * @returns undefined where it is none: then the text means what it says
 * @throws {TspodError} If it is an array with something in it that is no string.
 */
export function parseJsonForm(text: string): string[] | undefined {
  if (!text.trimStart().startsWith("[")) return undefined;
  const values = parseArray(text);
  if (values === undefined) return undefined;
  const strings = values.filter((value) => typeof value === "string");
  if (strings.length !== values.length) {
    throw new TspodError("when using JSON array syntax, arrays must be comprised of strings only");
  }
  return strings;
}

function parseArray(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // Single quotes, or text behind it: the shell form.
  }
}
