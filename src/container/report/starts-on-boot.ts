import type { Container } from "../state/list.ts";
import { isStoppedByUser } from "../state/stopped-by-user.ts";

/**
 * Whether a container is to run again after the machine was off: by its restart policy, and, as Podman 5.8,
 * only if it has been started once. @see podman-run(1), --restart
 */
export function startsOnBoot({ record, paths, state }: Container): boolean {
  const { name } = record.options.restart;
  if (state.status === "created" || state.status === "initialized") return false;
  return name === "always" || (name === "unless-stopped" && !isStoppedByUser(paths));
}
