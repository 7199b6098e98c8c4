import * as z from "zod/mini";
import { TspodError } from "../../errors.ts";

/** Bytes; containers/image has the same. */
export const SIGNATURE_LIMIT = 4 * 1024 * 1024;

/** A signature as it came: nothing of it is to be believed. */
export type Signature =
  | { readonly kind: "simple"; readonly content: Buffer }
  | {
      readonly kind: "sigstore";
      readonly mediaType: string;
      readonly payload: Buffer;
      readonly annotations: Readonly<Record<string, string>>;
    };

const SIGSTORE_MARK = Buffer.from("\0sigstore-json\n");

const sigstoreSchema = z.object({
  mimeType: z.string(),
  payload: z.string(),
  annotations: z.nullish(z.record(z.string(), z.string())),
});

/**
 * A signature out of a lookaside file: OpenPGP, or containers/image's own form for those of sigstore.
 * @throws {TspodError} If it is neither.
 */
export function parseSignature(content: Buffer): Signature {
  const [first = 0] = content;
  if (content.subarray(0, SIGSTORE_MARK.length).equals(SIGSTORE_MARK))
    return parseSigstore(content.subarray(SIGSTORE_MARK.length).toString("utf8"));
  // Bit 7 is set in the first byte of every OpenPGP packet.
  if ((first & 0x80) === 0) throw new TspodError("unrecognized signature format");
  return { kind: "simple", content };
}

function parseSigstore(text: string): Signature {
  const result = z.safeParse(sigstoreSchema, parseJson(text));
  if (!result.success) throw new TspodError("unrecognized sigstore signature");
  const { mimeType: mediaType, payload, annotations } = result.data;
  return {
    kind: "sigstore",
    mediaType,
    payload: Buffer.from(payload, "base64"),
    annotations: annotations ?? {},
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema says no
  }
}
