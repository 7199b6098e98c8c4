import type { NetworkSettings } from "../../network/settings.ts";
import type { Env } from "../../os/env.ts";
import type { Launch } from "../../os/launch.ts";
import type { RuntimeFlags } from "../../rootless/runtime.ts";
import type { ContainerPlace } from "./list.ts";

/** What operations that start processes need to know beyond where containers are. */
export interface Engine extends ContainerPlace {
  readonly launch: Launch;
  readonly env: Env;
  readonly cgroupManager?: string | undefined;
  /** What containers.conf says of networks; absent: Podman's defaults. */
  readonly networkSettings?: NetworkSettings | undefined;
  /** `--network-config-dir`; absent: in the store. */
  readonly networkDirectory?: string | undefined;
  /** `--network-cmd-path`. */
  readonly slirpPath?: string | undefined;
  /** Absolute paths of directories with specs of CDI devices; absent: those of the specification. */
  readonly cdiDirectories?: readonly string[] | undefined;
  /** Absolute path of the file with the mounts of all containers; absent: Podman's own (mounts.conf). */
  readonly defaultMountsFile?: string | undefined;
  /** Absolute paths of directories with OCI hooks, a later one wins; absent: Podman's own. */
  readonly hooksDirectories?: readonly string[] | undefined;
  readonly runtimeFlags: RuntimeFlags;
  /**
   * Keep what V8 has compiled, for later calls: where there is something to wait for, or this process becomes
   * another program.
   */
  readonly keepCompiledCode: () => void;
  /** A line to stderr. */
  readonly warn: (line: string) => void;
}
