import { TspodError } from "../../errors.ts";

/** `KEY=VALUE`, or `KEY` alone for an empty value. */
export function splitPair(text: string): [string, string] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** All of --label. @throws {TspodError} If one has no name. */
export function parseLabels(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const pair = splitPair(text);
      if (pair[0] === "") throw new TspodError(`unable to process labels: invalid label format: "${text}"`);
      return pair;
    }),
  );
}

/** A --label-file: a label a line; `#` starts a comment at the start of a line. */
export function parseLabelFile(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

/** All of --annotation. @throws {TspodError} If one has no `=`. */
export function parseAnnotations(texts: readonly string[]): Record<string, string> {
  return parsePairs(texts, "annotations must be formatted KEY=VALUE");
}

/** All of --cgroup-conf. @throws {TspodError} If one has no `=`. */
export function parseCgroupConf(texts: readonly string[]): Record<string, string> {
  return parsePairs(texts, "--cgroup-conf must be formatted KEY=VALUE");
}

function parsePairs(texts: readonly string[], message: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      if (!text.includes("=")) throw new TspodError(message);
      return splitPair(text);
    }),
  );
}
