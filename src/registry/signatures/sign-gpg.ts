import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Env } from "../../os/env.ts";
import { readSmallFile } from "../../os/files/read-small-file.ts";
import { waitpid } from "../../os/process.ts";
import { spawn } from "../../os/spawn.ts";
import { PAYLOAD_TYPE } from "../policy/signature-payload.ts";

export interface GpgSigner {
  /** What gpg's --local-user takes: a fingerprint, a name, an address. */
  readonly key: string;
  /** Absolute path of gpg. */
  readonly program: string;
  /** Absolute path of a file whose first line is the passphrase; default: gpg's agent asks. */
  readonly passphraseFile?: string | undefined;
  /** The environment, of which HOME and GNUPGHOME say where the keys are. */
  readonly env: Env;
}

/**
 * Look whether there is such a key, before anything is sent that is to be signed with it.
 * @throws {TspodError} If there is none.
 */
export function checkSigner({ key, program, env }: GpgSigner): void {
  if (runGpg(program, ["--list-secret-keys", "--", key], { env, stderr: -1 }) !== 0)
    throw new TspodError(
      `signing with gpg: no secret key "${key}" found (gpg --list-secret-keys shows those there are)`,
    );
}

/**
 * A signature that says that a manifest is what `reference` names.
 * @param created seconds since the epoch
 * @throws {TspodError} If gpg doesn't sign.
 * @see https://github.com/containers/image/blob/main/docs/containers-signature.5.md
 */
export function signManifest(
  signer: GpgSigner,
  {
    digest,
    reference,
    created,
  }: { readonly digest: Digest; readonly reference: string; readonly created: number },
): Buffer {
  const payload = {
    critical: {
      identity: { "docker-reference": reference },
      image: { "docker-manifest-digest": digest },
      type: PAYLOAD_TYPE.simple,
    },
    optional: { creator: "tspod", timestamp: created },
  };
  const directory = mkdtempSync(join(tmpdir(), "tspod-sign-"));
  try {
    const [input, output] = [join(directory, "payload"), join(directory, "signature")];
    writeFileSync(input, JSON.stringify(payload));
    const { passphraseFile } = signer;
    const passphrase =
      passphraseFile === undefined
        ? []
        : ["--pinentry-mode", "loopback", "--passphrase-file", passphraseFile];
    const args = [...passphrase, "--local-user", signer.key, "--output", output, "--sign", input];
    if (runGpg(signer.program, args, { env: signer.env, stderr: 2 }) !== 0)
      throw new TspodError(`signing with gpg: gpg could not sign with the key "${signer.key}"`);
    return readSmallFile(output);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Without a descriptor of ours: it may start an agent, which would keep the user namespace. @returns the exit
 * status
 */
function runGpg(
  program: string,
  args: readonly string[],
  { env, stderr }: { readonly env: Env; readonly stderr: number },
): number {
  const argv = [program, "--batch", "--quiet", ...args];
  return waitpid(spawn({ file: program, argv, env, fds: [-1, -1, stderr] })).code ?? 1;
}
