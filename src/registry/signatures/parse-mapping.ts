import { TspodError } from "../../errors.ts";

/** Nested mappings of texts. */
export interface Mapping {
  readonly [key: string]: string | Mapping;
}

/**
 * YAML of which all that is no mapping is a text: what is nothing, too.
 * @param path for messages
 * @throws {TspodError} `parsing PATH:LINE: …` for what is no YAML, and for lists.
 */
export async function parseMapping(text: string, path: string): Promise<Mapping> {
  // Loaded only for users whose policy asks for signatures.
  const { LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { schema: "failsafe", prettyErrors: false, lineCounter });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line } = lineCounter.linePos(problem.pos[0]);
    throw new TspodError(`parsing ${path}:${line}: ${problem.message}`);
  }
  const value = toValue(document, path);
  return value === null || value === "" ? {} : asMapping(value, path);
}

/** An alias that grows without end is refused by the library. */
function toValue(document: { toJS(): unknown }, path: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new TspodError(`parsing ${path}`, { cause });
  }
}

/** @param where the key that it stands behind, for messages */
function asMapping(value: unknown, path: string, where?: string): Mapping {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TspodError(
      `parsing ${path}: ${where === undefined ? "this" : `"${where}"`} must be a mapping or a text`,
    );
  const entries = Object.entries(value).map(([key, each]): [string, string | Mapping] => [
    key,
    typeof each === "string" ? each : asMapping(each, path, key),
  ]);
  return Object.fromEntries(entries);
}
