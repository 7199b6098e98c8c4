import { relative, resolve } from "node:path";

/** Absolute path of the sources. */
export const SOURCE: string = resolve(import.meta.dirname, "../src");

/**
 * The name of the chunk that a file becomes in the bundle: `commands-run` for src/commands/run.ts,
 * `undici-index` for a file of a package.
 * @param path absolute, or relative to src
 */
export function chunkName(path: string): string {
  const name = path.split("/node_modules/").at(-1) ?? path;
  return relative(SOURCE, resolve(SOURCE, name))
    .replace(/\.[cm]?[jt]s$/, "")
    .replaceAll(/[^A-Za-z0-9]+/g, "-");
}
