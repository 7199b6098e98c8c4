import { posix } from "node:path";
import type { DefaultValues } from "../../../config/default-values.ts";
import { DEFAULT_CAPABILITIES, mergeCapabilities, parseCapability } from "../../../oci/capability.ts";
import type { SecurityOptions } from "../../../options/create-options.ts";
import { parseSecurityOptions } from "../../../options/parse/security-option.ts";
import type { CreateContext } from "./create-context.ts";
import type { CreateFlags } from "./create-flags.ts";

/** @throws {TspodError} If a capability or an option is unknown, or one is both added and dropped. */
export function securityFromFlags(flags: CreateFlags, { cwd, defaults }: CreateContext): SecurityOptions {
  const capAdd = flags["cap-add"].map(parseCapability);
  const capDrop = flags["cap-drop"].map(parseCapability);
  // only for its errors, before anything is made
  mergeCapabilities([], { add: capAdd, drop: capDrop, last: 0 });
  const options = parseSecurityOptions(flags["security-opt"]);
  return {
    privileged: flags.privileged,
    capAdd,
    capDrop,
    readOnly: flags["read-only"],
    readOnlyTmpfs: flags["read-only-tmpfs"],
    ...defaultSecurity(defaults),
    ...options,
    // The record outlives this working directory.
    ...(options.seccomp?.kind === "file" && {
      seccomp: { kind: "file", path: posix.resolve(cwd, options.seccomp.path) },
    }),
  };
}

/** What containers.conf says, where it isn't what holds anyway. */
function defaultSecurity({
  capabilities,
  seccompProfile,
}: DefaultValues): Pick<SecurityOptions, "defaultCapabilities" | "seccomp"> {
  const names = capabilities?.map(parseCapability).sort();
  const own = names !== undefined && names.join() !== [...DEFAULT_CAPABILITIES].sort().join();
  return {
    ...(own && { defaultCapabilities: names }),
    ...(seccompProfile !== undefined && {
      seccomp:
        seccompProfile === "unconfined" ? { kind: "unconfined" } : { kind: "file", path: seccompProfile },
    }),
  };
}
