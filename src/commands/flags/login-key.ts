import { TspodError } from "../../errors.ts";
import type { LoginKey } from "../../image/login.ts";
import { parseReference } from "../../oci/reference.ts";

/**
 * What `login` and `logout` are for: a registry, a namespace or a repository; of a URL its host.
 * @throws {TspodError} If it is none of these, or has a tag or digest.
 */
export function parseLoginKey(text: string): LoginKey {
  const key = /^https?:\/\//.test(text) ? (URL.parse(text)?.host ?? "") : text;
  const slash = key.indexOf("/");
  if (slash < 0) return { key, registry: key, repository: "" };
  const { tag, digest } = parsed(key);
  if (tag !== undefined || digest !== undefined)
    throw new TspodError(`reference "${key}" contains tag or digest`);
  return { key, registry: key.slice(0, slash), repository: key.slice(slash + 1) };
}

function parsed(key: string): ReturnType<typeof parseReference> {
  try {
    return parseReference(key);
  } catch (cause) {
    throw new TspodError(`parse reference from "${key}"`, { cause });
  }
}
