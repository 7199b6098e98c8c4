import { TspodError } from "../../errors.ts";
import type { Env } from "../../os/env.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { hasCode } from "../../os/system-error.ts";
import { parsePolicy } from "./parse-policy.ts";
import type { Policy } from "./policy.ts";
import { policyFile } from "./policy-file.ts";

export interface PolicyPlace {
  /** --signature-policy, absolute. */
  readonly path?: string | undefined;
  /** Where the system's configuration is; default "/etc/containers". */
  readonly system?: string | undefined;
}

/**
 * The policy that images are checked against: the one that is named, otherwise the user's, otherwise the
 * system's. Where there is none, everything is accepted. Podman would refuse to pull, but its packages bring
 * a policy.json that accepts everything, and a user who has only tspod has none.
 * @throws {TspodError} If the file can't be read, or is no policy: names file and key.
 */
export function readPolicy(env: Env, { path, system }: PolicyPlace = {}): Policy {
  if (path !== undefined) return parsePolicy(readFile(path), path);
  const place = policyFile(env, system);
  const text = readIfThere(place);
  if (text !== undefined) return parsePolicy(text, place);
  return { default: [{ type: "insecureAcceptAnything" }] };
}

function readFile(path: string): string {
  const text = readIfThere(path);
  if (text === undefined) throw new TspodError(`open ${path}: no such file or directory`);
  return text;
}

function readIfThere(path: string): string | undefined {
  try {
    return readSmallText(path);
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return undefined;
    throw new TspodError(`reading the signature policy "${path}"`, { cause });
  }
}
