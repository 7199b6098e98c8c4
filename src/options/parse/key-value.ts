import { TspodError } from "../../errors.ts";

/** `KEY=VALUE`, or `KEY` alone for an empty value. */
export function splitPair(text: string): [string, string] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** All of --label. @throws {TspodError} If one has no name. */
export function parseLabels(texts: readonly string[]): Record<string, string> {
  return parseNamed(texts, "unable to process labels");
}

/**
 * Pairs, or names alone for empty values.
 * @param failure what the error begins with
 * @throws {TspodError} If one has no name.
 */
export function parseNamed(texts: readonly string[], failure: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const pair = splitPair(text);
      if (pair[0] === "") throw new TspodError(`${failure}: invalid label format: "${text}"`);
      return pair;
    }),
  );
}

/**
 * A --label-file: a label a line; `#` starts a comment at the start of a line.
 * @throws {TspodError} If a name has a blank in it: the file is something else.
 */
export function parseLabelFile(text: string): string[] {
  const labels = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  for (const [name] of labels.map(splitPair))
    if (/\s/.test(name.trimStart()))
      throw new TspodError(
        `unable to process labels: name ${JSON.stringify(name)} has white spaces, poorly formatted name`,
      );
  return labels;
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
