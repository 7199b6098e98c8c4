import { isHybridHost } from "../rootless/cgroup.ts";
import { chooseRuntime, type Runtime, type RuntimeChoice } from "../rootless/runtime.ts";

/**
 * The OCI runtime that containers get on this host, as its cgroups are mounted.
 * @param asked name or path; absent: the first of those that this host can use
 * @throws {NotFoundError} If it is not installed, or none is.
 */
export function hostRuntime(asked: string | undefined, choice: Omit<RuntimeChoice, "hybrid">): Runtime {
  return chooseRuntime(asked, { ...choice, hybrid: isHybridHost() });
}
