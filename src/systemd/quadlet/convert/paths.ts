import { resolve } from "node:path";

/**
 * A path as the service needs it: a relative one is beside the quadlet. One that begins with a specifier is
 * systemd's to fill in.
 * @param directory of the quadlet, absolute
 */
export function besideUnit(path: string, directory: string): string {
  return /^%(?!%)/.test(path) || path.startsWith("/") ? path : resolve(directory, path);
}
