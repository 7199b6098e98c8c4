import { closeSync, constants, openSync } from "node:fs";
import { AT_EMPTY_PATH, fstatat, utimensat } from "../../os/at.ts";
import type { HeldFile } from "../../storage/tree/held-file.ts";
import { walkTree } from "../../storage/tree/walk-tree.ts";
import type { BuildTime } from "../run/build.ts";

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Give all files of a layer one time, or those that are later than it. @param path absolute */
export function setLayerTimes(path: string, time: BuildTime): void {
  const fd = openSync(path, FLAGS);
  try {
    const root = { fd, status: fstatat(fd, "", AT_EMPTY_PATH) };
    // A directory gets its time once nothing is changed in it any more.
    for (const { kind, held } of walkTree(root))
      if (kind !== "enter" && held !== undefined) setOne(held, time);
    setOne(root, time);
  } finally {
    closeSync(fd);
  }
}

function setOne({ fd, status }: Pick<HeldFile, "fd" | "status">, { seconds, files }: BuildTime): void {
  const { modified } = status;
  const isLater = modified.seconds > seconds || (modified.seconds === seconds && modified.nanoseconds > 0);
  if (files === "set" || isLater)
    utimensat(fd, "", { modify: { seconds, nanoseconds: 0 }, flags: AT_EMPTY_PATH });
}
