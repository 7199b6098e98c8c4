import { isHybridHost } from "../../rootless/cgroup.ts";
import { chooseRuntime, type Runtime, type RuntimeChoice } from "../../rootless/runtime.ts";

/** The runtime that RUN steps have, as `run` would choose it. @throws {NotFoundError} If there is none. */
export function chooseBuildRuntime(
  asked: string | undefined,
  { path, known }: Pick<RuntimeChoice, "path" | "known">,
): Runtime {
  return chooseRuntime(asked, { path, hybrid: isHybridHost(), ...(known && { known }) });
}
