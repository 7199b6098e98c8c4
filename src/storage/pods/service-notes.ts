import { existsSync, mkdirSync } from "node:fs";
import { containerPath } from "../containers/container-directory.ts";
import type { Store } from "../store.ts";
import { noteIn } from "./pod-directory.ts";

/** Notes of the containers that a service container's exit code depends on; they lie beside its lock. */
function servedDirectory(store: Store, service: string): string {
  return `${containerPath(store, service)}/members`;
}

export function makeServedDirectory(store: Store, service: string): void {
  mkdirSync(servedDirectory(store, service), { mode: 0o700 });
}

/** As noteMember(), for a service container. No-op where that is gone: nobody asks for its exit code. */
export function noteServed(store: Store, service: string, id: string): () => void {
  const directory = servedDirectory(store, service);
  return existsSync(directory) ? noteIn(directory, { store, id, text: "" }) : () => undefined;
}
