import { builtTime } from "../../config/built-time.ts";
import { ownVersion, PODMAN_VERSION, versionFor } from "../../config/product-version.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";

export type ClientVersion = ReturnType<typeof clientVersion>;

/**
 * What `version` and `info` say of this program.
 * @param name what the user called
 */
export function clientVersion(name: string) {
  const { os, architecture } = hostPlatform(process.arch);
  const built = builtTime();
  return {
    APIVersion: PODMAN_VERSION,
    Version: versionFor(name),
    GoVersion: `none (Node.js ${process.version})`,
    GitCommit: "",
    BuiltTime: ansicTime(new Date(built * 1000)),
    Built: built,
    BuildOrigin: `tspod ${ownVersion()}`,
    OsArch: `${os}/${architecture}`,
    Os: os,
  };
}

/** Go's time.ANSIC, `Thu Jan  1 00:00:00 1970`, in the local zone. */
function ansicTime(time: Date): string {
  const [weekday, month, , year] = time.toDateString().split(" ");
  return `${weekday} ${month} ${String(time.getDate()).padStart(2)} ${time.toTimeString().slice(0, 8)} ${year}`;
}
