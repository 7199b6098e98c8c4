import { closeSync, constants, openSync, readdirSync } from "node:fs";
import {
  fstatat,
  openat2,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  S_IFDIR,
  S_IFMT,
  utimensat,
} from "../../os/addon.ts";
import type { BuildTime } from "../run/build.ts";

const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const RESOLVE = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;

/** Give all files of a layer one time, or those that are later than it. @param path absolute */
export function setLayerTimes(path: string, time: BuildTime): void {
  const fd = openSync(path, FLAGS);
  try {
    setInside(fd, time);
    setOne(fd, Buffer.from("."), time);
  } finally {
    closeSync(fd);
  }
}

function setInside(fd: number, time: BuildTime): void {
  for (const name of readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" })) {
    if ((fstatat(fd, name).mode & S_IFMT) === S_IFDIR) {
      const inner = openat2(fd, name, { flags: FLAGS, resolve: RESOLVE });
      try {
        setInside(inner, time);
      } finally {
        closeSync(inner);
      }
    }
    setOne(fd, name, time);
  }
}

function setOne(fd: number, name: Buffer, { seconds, files }: BuildTime): void {
  const { modified } = fstatat(fd, name);
  const isLater = modified.seconds > seconds || (modified.seconds === seconds && modified.nanoseconds > 0);
  if (files === "set" || isLater) utimensat(fd, name, { modify: { seconds, nanoseconds: 0 } });
}
