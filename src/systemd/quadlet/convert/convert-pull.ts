import type { Quadlet } from "../kinds.ts";
import {
  beginConversion,
  type ConversionContext,
  type Converted,
  endConversion,
  keyArguments,
  oneShot,
  programOf,
} from "./conversion.ts";
import type { KeyRule } from "./key-rules.ts";

/** What a service pulls. */
export interface Pulled {
  /** The key that names it. */
  readonly key: "Artifact" | "Image";
  readonly keys: Readonly<Record<string, KeyRule>>;
  /** The words of the command. */
  readonly words: readonly string[];
  /** Whose flags the keys' are: the command's full name. */
  readonly command: string;
}

/** A service that pulls once. @throws {TspodError} With file and line. */
export function convertPull(
  quadlet: Quadlet,
  context: ConversionContext,
  { key, keys, words, command }: Pulled,
): Converted {
  const conversion = beginConversion(quadlet, keys, context);
  const { section } = conversion;
  const name = section.last(key);
  if (!name) throw section.error(key, `no ${key} key specified`);
  const start = [
    ...programOf(conversion),
    ...words,
    ...keyArguments(conversion, command, keys),
    ...section.arguments("PodmanArgs"),
    name,
  ];
  oneShot(conversion);
  return endConversion(conversion, start);
}
