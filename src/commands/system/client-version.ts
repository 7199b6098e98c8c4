import { statSync } from "node:fs";
import { PRODUCT_VERSION } from "../../config/product-version.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";

/** The Podman whose command line this is. */
const PODMAN_VERSION = "4.3.1";

export type ClientVersion = ReturnType<typeof clientVersion>;

/** What `version` and `info` say of this program. */
export function clientVersion() {
  const { os, architecture } = hostPlatform(process.arch);
  const built = Math.floor(statSync(import.meta.filename).mtimeMs / 1000);
  return {
    APIVersion: PODMAN_VERSION,
    Version: PRODUCT_VERSION,
    GoVersion: `none (Node.js ${process.version})`,
    GitCommit: "",
    BuiltTime: ansicTime(new Date(built * 1000)),
    Built: built,
    OsArch: `${os}/${architecture}`,
    Os: os,
  };
}

/** Go's time.ANSIC, `Thu Jan  1 00:00:00 1970`, in the local zone. */
function ansicTime(time: Date): string {
  const [weekday, month, , year] = time.toDateString().split(" ");
  return `${weekday} ${month} ${String(time.getDate()).padStart(2)} ${time.toTimeString().slice(0, 8)} ${year}`;
}
