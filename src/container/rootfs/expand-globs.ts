import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import type { GlobRequest, MountRequest } from "../../options/mount-request.ts";

/**
 * `--mount type=glob` as a bind mount of each path that its pattern names now, in one directory or in place.
 * @throws {NotFoundError} If it names none.
 * @throws {TspodError} If two of them, or one and another mount of the user's, have the same destination.
 */
export function expandGlobs(mounts: readonly MountRequest[]): MountRequest[] {
  const expanded = mounts.flatMap((mount) => (mount.type === "glob" ? expand(mount) : [mount]));
  const asked = expanded.filter((mount) => !isFromImage(mount)).map(({ destination }) => destination);
  const double = asked.find((destination, index) => asked.indexOf(destination) !== index);
  if (double !== undefined) throw new TspodError(`${double}: duplicate mount destination`);
  return expanded.filter((mount) => !isFromImage(mount) || !asked.includes(mount.destination));
}

function expand({ source: pattern, destination, inPlace, ...others }: GlobRequest): MountRequest[] {
  const paths = globSync(pattern).sort();
  if (paths.length === 0) throw new NotFoundError(`no file paths matching glob "${pattern}"`);
  return paths.map((source) => ({
    ...others,
    recursive: true,
    type: "bind",
    source,
    destination: inPlace ? source : join(destination, basename(source)),
  }));
}

function isFromImage(mount: MountRequest): boolean {
  return mount.type === "volume" && mount.fromImage === true;
}
