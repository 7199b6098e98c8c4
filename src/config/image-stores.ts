import { normalize } from "node:path";
import { TspodError } from "../errors.ts";
import type { Setting } from "./setting.ts";

/** The key under which storage.conf's list is kept with the settings of containers.conf. */
export const ADDITIONAL_IMAGE_STORES = "storage.options.additionalimagestores";

/** `overlay.imagestore=DIR[,DIR...]`, and what containers/storage takes for the same. */
const IMAGE_STORE = /^(?:(?:overlay2?|vfs)\.)?(?:additional)?imagestore=(.*)$/;

/** Absolute paths in one --storage-opt; undefined: it is about something else. @throws {TspodError} */
export function imageStoresIn(option: string): readonly string[] | undefined {
  return IMAGE_STORE.exec(option)?.[1]?.split(",").filter(Boolean).map(absolute);
}

/**
 * Absolute paths of the stores in which images are looked for besides. As with Podman, --storage-opt takes
 * the place of what storage.conf says, and with --root that does not count.
 * @throws {TspodError} If one is relative.
 */
export function imageStorePaths(
  flags: { readonly root?: string | undefined; readonly "storage-opt": readonly string[] },
  conf: readonly Setting[],
): readonly string[] {
  const options = flags["storage-opt"];
  if (options.length > 0) return [...new Set(options.flatMap((option) => imageStoresIn(option) ?? []))];
  if (flags.root) return [];
  const value = conf.find(({ key }) => key === ADDITIONAL_IMAGE_STORES)?.value ?? [];
  return [...new Set((value as readonly string[]).filter(Boolean).map(absolute))];
}

/** In Podman's words. */
function absolute(path: string): string {
  const clean = normalize(path).replace(/(?<=.)\/$/, "");
  if (clean.startsWith("/")) return clean;
  throw new TspodError(
    `configure storage: overlay: image path "${clean}" is not absolute.  Can not be relative`,
  );
}
