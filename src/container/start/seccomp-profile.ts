import { join } from "node:path";
import { messageChain, NotFoundError, TspodError } from "../../errors.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { libDirectory } from "../../os/program-files.ts";
import { hasCode, isSystemError, systemErrorReason } from "../../os/system-error.ts";
import { HOST_PROFILES, hasSeccompFilter } from "../../spec/generate/seccomp-filter.ts";

/**
 * containers.conf(5), "seccomp_profile"; last the copy that the build took from Debian's
 * golang-github-containers-common.
 */
const DEFAULT_PROFILES = [...HOST_PROFILES, join(libDirectory, "seccomp.json")];

/**
 * The text of the profile that a container gets; undefined only where none is asked for. It is never silently
 * none.
 * @throws {NotFoundError} If no profile is there.
 */
export function readSeccompProfile({ security }: CreateOptions): string | undefined {
  if (!hasSeccompFilter(security)) return undefined;
  if (security.seccomp?.kind === "file") return readAskedProfile(security.seccomp.path);
  for (const path of DEFAULT_PROFILES) {
    try {
      return readSmallText(path);
    } catch (error) {
      if (!hasCode(error, "ENOENT"))
        throw new TspodError(`opening seccomp profile "${path}"`, { cause: error });
    }
  }
  throw new NotFoundError(
    `no seccomp profile found at ${DEFAULT_PROFILES.join(", ")}: install golang-github-containers-common, or ask for --security-opt seccomp=unconfined`,
  );
}

function readAskedProfile(path: string): string {
  try {
    return readSmallText(path);
  } catch (error) {
    throw new TspodError(
      `opening seccomp profile failed: open ${path}: ${isSystemError(error) ? systemErrorReason(error) : messageChain(error)}`,
    );
  }
}
