import { TspodError } from "../../errors.ts";
import { type Digest, isDigest } from "../../oci/digest.ts";

/** Which image of a list is meant. @throws {TspodError} If it is no digest, in Podman's words. */
export function parseMemberDigest(text: string): Digest {
  if (isDigest(text)) return text;
  const [, algorithm] = /^([a-z0-9]+(?:[+._-][a-z0-9]+)*):/.exec(text) ?? [];
  const reason =
    algorithm === undefined
      ? "invalid checksum digest format"
      : algorithm === "sha256"
        ? "invalid checksum digest length"
        : "unsupported digest algorithm";
  throw new TspodError(`invalid image digest "${text}": ${reason}`);
}
