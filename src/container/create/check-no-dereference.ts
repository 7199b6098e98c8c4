import { spawnSync } from "node:child_process";
import { TspodError } from "../../errors.ts";
import type { Runtime } from "../../rootless/runtime.ts";

/**
 * Whether the runtime can put a symlink where it would mount what that points to: others don't refuse the
 * option, they mount. What it can is asked, since only crun from 1.11 on does.
 * @throws {TspodError} If it can't.
 */
export function checkNoDereference({ name, path }: Pick<Runtime, "name" | "path">): void {
  const { stdout } = spawnSync(path, ["features"], { encoding: "utf8" });
  if (stdout?.includes('"copy-symlink"')) return;
  throw new TspodError(
    `the mount option "no-dereference" needs crun 1.11 or later: ${name} (${path}) doesn't have it`,
  );
}
