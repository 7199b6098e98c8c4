import type { Store } from "../store.ts";

/** The file that the infra containers of a service container's pods hold a shared flock(2) on. */
export function serviceLock(store: Store, id: string): string {
  return `${store.containers}/${id}/service.lock`;
}
