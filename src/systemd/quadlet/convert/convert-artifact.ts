import type { Quadlet } from "../kinds.ts";
import type { ConversionContext, Converted } from "./conversion.ts";
import { convertPull } from "./convert-pull.ts";
import { boolean, elsewhere, type KeyRule, text } from "./key-rules.ts";

/** Every key of [Artifact]. @see podman-systemd.unit(5) */
export const ARTIFACT_KEYS: Readonly<Record<string, KeyRule>> = {
  ServiceName: elsewhere,
  ContainersConfModule: elsewhere,
  GlobalArgs: elsewhere,
  Artifact: elsewhere,
  AuthFile: text("--authfile"),
  CertDir: text("--cert-dir"),
  Creds: text("--creds"),
  DecryptionKey: text("--decryption-key"),
  Quiet: boolean("--quiet"),
  Retry: text("--retry"),
  RetryDelay: text("--retry-delay"),
  TLSVerify: boolean("--tls-verify"),
  PodmanArgs: elsewhere,
};

/** A service that pulls an artifact. @throws {TspodError} With file and line. */
export function convertArtifact(quadlet: Quadlet, context: ConversionContext): Converted {
  return convertPull(quadlet, context, {
    key: "Artifact",
    keys: ARTIFACT_KEYS,
    words: ["artifact", "pull"],
    command: "artifact pull",
  });
}
