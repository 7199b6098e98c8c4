import type { Launch } from "../os/launch.ts";
import type { ContainerPlace } from "./list.ts";

/** What operations that start processes need to know beyond where containers are. */
export interface EngineSurroundings extends ContainerPlace {
  readonly launch: Launch;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cgroupManager?: string | undefined;
  /** `--network-cmd-path`. */
  readonly slirpPath?: string | undefined;
  /** `--runtime-flag`. */
  readonly runtimeFlags: readonly string[];
  /** A line to stderr. */
  readonly warn: (line: string) => void;
}
