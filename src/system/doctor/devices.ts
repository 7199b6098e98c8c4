import { accessSync, constants } from "node:fs";
import { asRoot, type Finding, ok, type Patient } from "./finding.ts";

const DEVICES = [
  {
    path: "/dev/net/tun",
    module: "tun",
    why: "slirp4netns and pasta make a container's network card by it.",
  },
  {
    path: "/dev/fuse",
    module: "fuse",
    why: "fuse-overlayfs needs it, where the kernel's own overlay doesn't work.",
  },
] as const;

/** Devices that must be there, and be ours to open. */
export function checkDevices({ root }: Patient): Finding[] {
  return DEVICES.map(({ path, module, why }) => {
    try {
      accessSync(`${root}${path}`, constants.R_OK | constants.W_OK);
      return ok(path, "there", why);
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      const found = isMissing ? "does not exist" : "can't be opened by this user";
      const fixes = [asRoot(isMissing ? `modprobe ${module}` : `chmod 666 ${path}`)];
      return { name: path, state: "warning", found, why, fixes };
    }
  });
}
