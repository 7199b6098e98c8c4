import { readSmallTextIfThere } from "../../os/files/read-small-file.ts";
import { type Facts, parseFacts } from "../../protocol/facts.ts";

/** The facts in a file; undefined where there is no such file. */
export function readFacts<Key extends string>(path: string): Facts<Key> | undefined {
  const text = readSmallTextIfThere(path);
  return text === undefined ? undefined : parseFacts(text);
}
