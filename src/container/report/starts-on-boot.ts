import type { Container } from "../state/list.ts";
import { isStoppedByUser } from "../state/stopped-by-user.ts";

/**
 * Whether a container is to run again after the machine was off: by its restart policy. @see podman-run(1),
 * --restart
 */
export function startsOnBoot({ record, paths }: Container): boolean {
  const { name } = record.options.restart;
  return name === "always" || (name === "unless-stopped" && !isStoppedByUser(paths));
}
