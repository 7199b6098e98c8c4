import * as z from "zod/mini";
import { TspodError } from "../../errors.ts";
import { duplicateKey } from "./duplicate-key.ts";

/** The content of a signature. It is untrusted until the signature has been verified. */
export interface SignaturePayload {
  /** `sha256:…` of the manifest. */
  readonly manifestDigest: string;
  readonly dockerReference: string;
}

/** What the payload's `type` must be. */
export const PAYLOAD_TYPE = {
  simple: "atomic container signature",
  sigstore: "cosign container image signature",
} as const;

const optionalSchema = z.looseObject({ creator: z.optional(z.string()), timestamp: z.optional(z.int()) });

const payloadSchema = z.strictObject({
  critical: z.strictObject({
    type: z.string(),
    image: z.strictObject({ "docker-manifest-digest": z.string() }),
    identity: z.strictObject({ "docker-reference": z.string() }),
  }),
  optional: z.nullable(optionalSchema),
});

/**
 * Read what was signed, strictly.
 * @throws {TspodError} If it is not the JSON that the type has.
 * @see https://github.com/containers/image/blob/main/docs/containers-signature.5.md
 */
export function parsePayload(text: string, kind: keyof typeof PAYLOAD_TYPE): SignaturePayload {
  const result = z.safeParse(payloadSchema, parseJson(text));
  if (!result.success || duplicateKey(text) !== undefined)
    throw new TspodError("invalid signature: its payload is not what such a signature has");
  const { critical } = result.data;
  if (critical.type !== PAYLOAD_TYPE[kind])
    throw new TspodError(`invalid signature: unrecognized signature type ${critical.type}`);
  return {
    manifestDigest: critical.image["docker-manifest-digest"],
    dockerReference: critical.identity["docker-reference"],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema says no
  }
}
