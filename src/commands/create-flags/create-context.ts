import type { ImageProcessConfig } from "../../oci/image-config.ts";
import type { HostEnv } from "../../oci/parse/env.ts";

/** What the flags are read against. */
export interface CreateContext {
  /** The image's `config`; empty where it has none, and with --rootfs. */
  readonly image: ImageProcessConfig;
  /** The caller's environment. */
  readonly env: HostEnv;
  /** Absolute path. */
  readonly cwd: string;
  /** Long names of the flags that stood on the command line. */
  readonly given: ReadonlySet<string>;
  /** Text of a file that a flag names (relative to cwd); throws Node's error. */
  readonly readFile: (path: string) => string;
}
