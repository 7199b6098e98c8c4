import { join, resolve } from "node:path";
import { TspodError } from "../errors.ts";
import type { Env } from "../os/env.ts";

/**
 * Absolute path of the store.
 * @param root what --root says
 * @throws {TspodError} If neither it nor the environment says where
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function storeRoot(root: string | undefined, env: Env): string {
  if (root !== undefined && root !== "") return resolve(root);
  const { XDG_DATA_HOME: data, HOME: home } = env;
  if (data?.startsWith("/")) return join(data, "tspod");
  if (home?.startsWith("/")) return join(home, ".local", "share", "tspod");
  throw new TspodError(
    "neither XDG_DATA_HOME nor HOME is set, and /etc/passwd names no home: say where the store is with --root",
  );
}
