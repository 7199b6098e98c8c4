import { existsSync, readdirSync, symlinkSync, unlinkSync } from "node:fs";
import { InUseError } from "../../errors.ts";
import { hasCode } from "../../os/system-error.ts";
import type { Store } from "../store.ts";
import { claimedBy, namePath } from "./claimed-name.ts";

/** What has a name: containers and pods share one space of them. */
export type Named = "container" | "pod";

/**
 * Claims a name; no-op where it is claimed for that very container already, by a renaming that was killed.
 * @throws {InUseError} If another container or pod has the name.
 */
export async function claimName(
  store: Store,
  name: string,
  { id, kind = "container" }: { readonly id: string; readonly kind?: Named },
): Promise<void> {
  if (tryClaim(store, name, { id, kind })) return;
  const { releaseStale } = await import("./stale-names.ts");
  if ((await releaseStale(store, name)) === id) return;
  if (!tryClaim(store, name, { id, kind })) throw nameInUse(store, name, kind);
}

function tryClaim(store: Store, name: string, { id, kind }: { id: string; kind: Named }): boolean {
  try {
    symlinkSync(`../${kind}s/${id}`, namePath(store, name));
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

function nameInUse(store: Store, name: string, kind: Named): InUseError {
  const owner = claimedBy(store, name) ?? "another container";
  const ownerKind = existsSync(`${store.pods}/${owner}`) ? "pod" : "container";
  if (kind === "pod")
    return new InUseError(`adding pod to state: name "${name}" is in use: ${ownerKind} already exists`);
  if (ownerKind === "pod")
    return new InUseError(`adding container to state: name "${name}" is in use: pod already exists`);
  return new InUseError(
    `creating container storage: the container name "${name}" is already in use by ${owner}. You have to remove that container to be able to reuse that name: that name is already in use, or use --replace to instruct Podman to do so.`,
  );
}

/** Releases a name, unless it belongs to another container by now. */
export function releaseName(store: Store, name: string, id: string): void {
  if (claimedBy(store, name) === id) unlinkSync(namePath(store, name));
}

/** All names that a container has claimed, where its record does not say them. */
export function releaseNamesOf(store: Store, id: string): void {
  for (const name of readdirSync(store.names)) releaseName(store, name, id);
}

/** To be called when no container is left: removes their names, and no file that tspod has not made. */
export function removeAllNames(store: Store): void {
  for (const name of readdirSync(store.names))
    if (/^[0-9a-f]{64}$/.test(claimedBy(store, name) ?? "")) unlinkSync(namePath(store, name));
}
