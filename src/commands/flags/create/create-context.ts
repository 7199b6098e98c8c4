import type { DefaultValues } from "../../../config/default-values.ts";
import type { IdMapEntry } from "../../../oci/id-maps.ts";
import type { ImageConfig, ImageProcessConfig } from "../../../oci/image-config.ts";
import type { LogOptions } from "../../../options/create-options.ts";
import type { HostEnv } from "../../../options/parse/env.ts";
import type { OwnIdMaps } from "../../../options/parse/user-namespace/id-map.ts";

/** What the flags are read against. */
export interface CreateSurroundings {
  /** Absent with --rootfs, and where the image is still to be pulled and only the flags are checked. */
  readonly image: ImageConfig | undefined;
  /** The caller's environment. */
  readonly env: HostEnv;
  /** as containers.conf has it. */
  readonly defaults: DefaultValues;
  /** Absolute path. */
  readonly cwd: string;
  /** Where output goes if no flag says it. */
  readonly logDriver: LogOptions["driver"];
  /** Long names of the flags that stood on the command line. */
  readonly given: ReadonlySet<string>;
  /** `run --rmi`: the image goes with the container. */
  readonly removesImage?: boolean;
  /** Text of a file that a flag names (relative to cwd); throws Node's error. */
  readonly readFile: (path: string) => string;
  /** Subordinate ids of this host's subuid(5) or subgid(5), as ids of our user namespace. */
  readonly subordinateIds: (file: "subuid" | "subgid", name: string) => readonly IdMapEntry[];
  /** The maps of our user namespace. */
  readonly ownIdMaps: () => OwnIdMaps;
}

/** The surroundings, with the image's `config` taken out. */
export interface CreateContext extends Omit<CreateSurroundings, "image"> {
  /** Empty where there is no image. */
  readonly image: ImageProcessConfig;
  /** Whether `image` is all there is, so that a missing command is an error. */
  readonly imageKnown: boolean;
}
