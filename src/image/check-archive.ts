import { realpathSync } from "node:fs";
import type { Env } from "../registry/registries-conf.ts";
import type { OfferedImage } from "../storage/load-archive.ts";

export interface ArchiveGateOptions {
  readonly env: Env;
  /** Absolute path; undefined: it comes by a pipe, and no scope but the transport's own speaks of it. */
  readonly archive: string | undefined;
  /** --signature-policy, absolute. */
  readonly signaturePolicy?: string | undefined;
}

/**
 * What lets images of an archive through, or not. Archives have no signatures: where the policy asks for some, it refuses.
 * @returns a function that throws `Source image rejected: …`
 */
export function archiveGate({
  env,
  archive,
  signaturePolicy,
}: ArchiveGateOptions): (image: OfferedImage) => Promise<void> {
  return async ({ transport, name, manifest }) => {
    // Schemas: after it is known that there is something to judge.
    const { readPolicy } = await import("../registry/policy/read-policy.ts");
    const { checkPolicy } = await import("../registry/policy/check-policy.ts");
    const { pathScopes } = await import("../registry/policy/scopes.ts");
    const path = archive === undefined ? undefined : realpathSync(archive);
    await checkPolicy(readPolicy(env, { path: signaturePolicy }), {
      transport,
      scopes: transport === "docker-archive" || path === undefined ? [] : pathScopes(path, name),
      name: [transport, path ?? "-", ...(name === undefined ? [] : [name])].join(":"),
      manifest: Buffer.from(manifest),
      signatures: () => Promise.resolve([]),
    });
  };
}
