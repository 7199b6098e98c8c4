import { dirname, join } from "node:path";
import { messageChain, TspodError } from "../../errors.ts";
import type { ConversionContext } from "./convert/conversion.ts";
import { generateServices } from "./generate.ts";
import { isQuadletFile } from "./kinds.ts";
import type { NewFile } from "./put-files.ts";

export interface CheckSurroundings {
  /** The directories where quadlets are that these may refer to. */
  readonly directories: readonly string[];
  readonly context: Omit<ConversionContext, "quadlets">;
}

/**
 * Look for what would keep systemd's generator from making services of new quadlets.
 * @throws {TspodError} With file and line of each mistake.
 */
export function checkNewQuadlets(
  files: readonly NewFile[],
  { directories, context }: CheckSurroundings,
): void {
  const quadlets = files.filter(({ name }) => isQuadletFile(name));
  // A part of a `.quadlets` file has no path of its own: errors name it below its file.
  const paths = quadlets.map(({ name, source, text }) => (text === undefined ? source : join(source, name)));
  const texts = new Map(
    quadlets.flatMap(({ text }, at) => (text === undefined ? [] : [[paths[at] ?? "", text]])),
  );
  const places = [...new Set([...paths.map((path) => dirname(path)), ...directories])];
  const { errors } = generateServices(places, context, { only: paths, texts });
  if (errors.length === 0) return;
  const mistakes = errors.map((error) => messageChain(error)).join("\n");
  throw new TspodError(
    `${mistakes}\nNothing is installed: systemd would make no service of it. What a quadlet refers to comes before it or in the same call; --force installs it as it is.`,
  );
}
