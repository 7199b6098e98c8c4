import type { Quadlet } from "../kinds.ts";
import {
  beginConversion,
  type ConversionContext,
  type Converted,
  endConversion,
  keyArguments,
  oneShot,
  programOf,
} from "./conversion.ts";
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
  const conversion = beginConversion(quadlet, ARTIFACT_KEYS, context);
  const { section } = conversion;
  const artifact = section.last("Artifact");
  if (!artifact) throw section.error("Artifact", "no Artifact key specified");
  const start = [
    ...programOf(conversion),
    "artifact",
    "pull",
    ...keyArguments(conversion, "artifact pull", ARTIFACT_KEYS),
    ...section.arguments("PodmanArgs"),
    artifact,
  ];
  oneShot(conversion);
  return endConversion(conversion, start);
}
