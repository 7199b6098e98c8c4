import type { Quadlet } from "../kinds.ts";
import type { ConversionContext, Converted } from "./conversion.ts";
import { convertPull } from "./convert-pull.ts";
import { boolean, elsewhere, type KeyRule, text } from "./key-rules.ts";

/** Every key of [Image]. @see podman-systemd.unit(5) */
export const IMAGE_KEYS: Readonly<Record<string, KeyRule>> = {
  ServiceName: elsewhere,
  ContainersConfModule: elsewhere,
  GlobalArgs: elsewhere,
  ImageTag: elsewhere,
  Arch: text("--arch"),
  AuthFile: text("--authfile"),
  CertDir: text("--cert-dir"),
  Creds: text("--creds"),
  DecryptionKey: text("--decryption-key"),
  OS: text("--os"),
  Policy: text("--policy"),
  Variant: text("--variant"),
  Retry: text("--retry"),
  RetryDelay: text("--retry-delay"),
  AllTags: boolean("--all-tags"),
  TLSVerify: boolean("--tls-verify"),
  PodmanArgs: elsewhere,
  Image: elsewhere,
};

/** A service that pulls an image. @throws {TspodError} With file and line. */
export function convertImage(quadlet: Quadlet, context: ConversionContext): Converted {
  return convertPull(quadlet, context, {
    key: "Image",
    keys: IMAGE_KEYS,
    words: ["image", "pull"],
    command: "pull",
  });
}
