import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { NotFoundError } from "../../errors.ts";
import type { MountRequest } from "../../options/mount-request.ts";

/**
 * `--mount type=glob` as a bind mount of each path that its pattern names now, in one directory.
 * @throws {NotFoundError} If it names none.
 */
export function expandGlobs(mounts: readonly MountRequest[]): MountRequest[] {
  return mounts.flatMap((mount): MountRequest[] => {
    if (mount.type !== "glob") return [mount];
    const { source: pattern, destination, ...others } = mount;
    const paths = globSync(pattern).sort();
    if (paths.length === 0) throw new NotFoundError(`no file system objects match glob "${pattern}"`);
    return paths.map((source) => ({
      ...others,
      recursive: true,
      type: "bind",
      source,
      destination: join(destination, basename(source)),
    }));
  });
}
