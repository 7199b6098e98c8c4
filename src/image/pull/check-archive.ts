import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "../../os/env.ts";
import { readSmallFile } from "../../os/files/read-small-file.ts";
import type { Signature } from "../../registry/signatures/signature.ts";
import type { OfferedImage } from "../../storage/archive/load-archive.ts";

export interface ArchiveGateOptions {
  readonly env: Env;
  /** Absolute path; undefined: it comes by a pipe, and no scope but the transport's own speaks of it. */
  readonly archive: string | undefined;
  /** --signature-policy, absolute. */
  readonly signaturePolicy?: string | undefined;
}

/**
 * Lets images of an archive or directory through, or not. Only a directory (`dir:`) can hold signatures:
 * images of other forms are refused if the policy asks for signatures.
 * @returns a function that throws `Source image rejected: …`
 */
export function archiveGate({
  env,
  archive,
  signaturePolicy,
}: ArchiveGateOptions): (image: OfferedImage) => Promise<void> {
  return async ({ transport, name, manifest }) => {
    // Schemas: after it is known that there is something to judge.
    const { readPolicy } = await import("../../registry/policy/read-policy.ts");
    const { checkPolicy } = await import("../../registry/policy/check-policy.ts");
    const { pathScopes } = await import("../../registry/policy/scopes.ts");
    const path = archive === undefined ? undefined : realpathSync(archive);
    await checkPolicy(readPolicy(env, { path: signaturePolicy }), {
      transport,
      scopes: transport === "docker-archive" || path === undefined ? [] : pathScopes(path, name),
      name: [transport, path ?? "-", ...(name === undefined ? [] : [name])].join(":"),
      manifest: Buffer.from(manifest),
      signatures: async () => (transport === "dir" && path !== undefined ? signaturesIn(path) : []),
    });
  };
}

/** `signature-1` and so on, beside the manifest. */
async function signaturesIn(directory: string): Promise<Signature[]> {
  const { parseSignature } = await import("../../registry/signatures/signature.ts");
  const signatures: Signature[] = [];
  for (let number = 1; ; number++) {
    const path = join(directory, `signature-${number}`);
    if (!existsSync(path)) return signatures;
    signatures.push(parseSignature(readSmallFile(path)));
  }
}
