import { realpathSync } from "node:fs";
import { relative } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Store } from "../../storage/store.ts";
import type { IgnoreRule } from "../parse/ignore-rules.ts";

/**
 * The last rule of a context that has the store in it: a build's files are there, so what COPY takes of it
 * would be copied again and again, for ever.
 * @param context absolute path
 * @returns none where the store is elsewhere
 * @throws {TspodError} If the context is the store.
 */
export function withoutStore(context: string, { root }: Pick<Store, "root">): IgnoreRule[] {
  const pattern = relative(realpathSync(context), realpathSync(root));
  if (pattern === "")
    throw new TspodError(`the context "${context}" is tspod's own store, where the build is`);
  return pattern === ".." || pattern.startsWith("../") ? [] : [{ pattern, isException: false }];
}
