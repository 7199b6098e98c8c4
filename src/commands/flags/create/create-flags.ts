import type { FlagTable, FlagValues } from "../../../cli/flags/flag.ts";
import { healthFlags } from "./health-flags.ts";
import { imageFlags } from "./image-flags.ts";
import { lifecycleFlags } from "./lifecycle-flags.ts";
import { namespaceFlags } from "./namespace-flags.ts";
import { networkFlags } from "./network-flags.ts";
import { processFlags } from "./process-flags.ts";
import { resourceFlags } from "./resource-flags.ts";
import { securityFlags } from "./security-flags.ts";
import { storageFlags } from "./storage-flags.ts";

/** The flags that `run` and `create` have in common. */
export const createFlags = {
  ...lifecycleFlags,
  ...processFlags,
  ...storageFlags,
  ...networkFlags,
  ...securityFlags,
  ...resourceFlags,
  ...namespaceFlags,
  ...healthFlags,
  ...imageFlags,
} as const satisfies FlagTable;

/** Those of them that nearly everybody uses. */
export const commonCreateFlags = [
  "entrypoint",
  "env",
  "interactive",
  "memory",
  "mount",
  "name",
  "network",
  "publish",
  "restart",
  "rm",
  "tty",
  "user",
  "volume",
  "workdir",
] as const satisfies readonly (keyof typeof createFlags)[];

export type CreateFlags = FlagValues<typeof createFlags>;
