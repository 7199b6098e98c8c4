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
  const conversion = beginConversion(quadlet, IMAGE_KEYS, context);
  const { section } = conversion;
  const image = section.last("Image");
  if (!image) throw section.error("Image", "no Image key specified");
  const start = [
    ...programOf(conversion),
    "image",
    "pull",
    ...keyArguments(conversion, "pull", IMAGE_KEYS),
    ...section.arguments("PodmanArgs"),
    image,
  ];
  oneShot(conversion);
  return endConversion(conversion, start);
}
