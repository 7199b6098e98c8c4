import { execFileSync } from "node:child_process";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeBlob, type TestImage } from "./image.ts";
import { requireProgram } from "./program.ts";
import type { Registry } from "./registry.ts";

/** What a signature says it is for; the rest is what it should be. */
export interface Signed {
  readonly digest: string;
  readonly reference: string;
  readonly type?: string;
}

/** An OpenPGP key of a test. */
export interface GpgKey {
  /** Absolute path of the public key, armoured. */
  readonly publicKey: string;
  readonly home: string;
  readonly fingerprint: string;
  /** A signature as `podman push --sign-by` makes it. */
  sign(signed: Signed): Buffer;
}

/**
 * A key ring in `directory`, which must be short (an agent's socket is in it), with one key without a
 * passphrase.
 */
export function makeGpgKey(directory: string, { expired = false } = {}): GpgKey {
  const gpg = requireProgram("gpg", "gpg");
  mkdirSync(directory, { mode: 0o700 });
  // An expired one is made and used a year ago.
  const then = expired ? ["--faked-system-time", "20200101T000000"] : [];
  const run = (args: readonly string[], input?: string) =>
    execFileSync(gpg, ["--homedir", directory, "--batch", "--quiet", "--passphrase", "", ...then, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      ...(input !== undefined && { input }),
    });
  run(["--quick-generate-key", "signer@example.com", "default", "sign", expired ? "2d" : "never"]);
  const publicKey = join(directory, "public.asc");
  writeFileSync(publicKey, run(["--armor", "--export"]), { mode: 0o644 });
  const listing = run(["--with-colons", "--list-keys"]).toString();
  return {
    publicKey,
    home: directory,
    fingerprint: /^fpr:+([0-9A-F]+):/m.exec(listing)?.[1] ?? "",
    sign: (signed) => run(["--sign"], payload(signed, "atomic container signature")),
  };
}

/** gpg leaves an agent behind. */
export function endGpgAgent(home: string): void {
  execFileSync(requireProgram("gpgconf", "gpgconf"), ["--homedir", home, "--kill", "all"]);
}

function payload({ digest, reference, type }: Signed, usual: string): string {
  return JSON.stringify({
    critical: {
      identity: { "docker-reference": reference },
      image: { "docker-manifest-digest": digest },
      type: type ?? usual,
    },
    optional: { creator: "test", timestamp: 1700000000 },
  });
}

export interface CosignKey {
  /** Absolute path, PEM. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** @param path of the public key that is written */
export function makeCosignKey(path: string, kind: "ec" | "rsa" | "ed25519" = "ec"): CosignKey {
  const { publicKey, privateKey } =
    kind === "ec"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : kind === "rsa"
        ? generateKeyPairSync("rsa", { modulusLength: 2048 })
        : generateKeyPairSync("ed25519");
  writeFileSync(path, publicKey.export({ type: "spki", format: "pem" }));
  return { publicKey: path, privateKey };
}

/** Sign as cosign does: an image with the tag sha256-HEX.sig beside the one that is signed. */
export function cosign(
  registry: Registry,
  { repository, image, key }: { repository: string; image: TestImage; key: CosignKey },
  signed: Partial<Signed> = {},
): void {
  const { digest } = image.manifest;
  const content = Buffer.from(
    payload(
      { digest, reference: `test.localhost/${repository}`, ...signed },
      "cosign container image signature",
    ),
  );
  const hash = key.privateKey.asymmetricKeyType === "ed25519" ? null : "sha256";
  const layer = makeBlob("application/vnd.dev.cosign.simplesigning.v1+json", content);
  const config = makeBlob("application/vnd.oci.image.config.v1+json", Buffer.from("{}"));
  const describe = (blob: typeof layer) => ({
    mediaType: blob.mediaType,
    digest: blob.digest,
    size: blob.content.length,
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: describe(config),
    layers: [
      {
        ...describe(layer),
        annotations: {
          "dev.cosignproject.cosign/signature": sign(hash, content, key.privateKey).toString("base64"),
        },
      },
    ],
  };
  registry.addBlob(repository, layer);
  registry.addBlob(repository, config);
  registry.addManifest(
    repository,
    `${digest.replace(":", "-")}.sig`,
    makeBlob(manifest.mediaType, Buffer.from(JSON.stringify(manifest))),
  );
}

/** The key, base64, as policy.json has it in keyData. */
export function keyData(path: string): string {
  return readFileSync(path).toString("base64");
}
