import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { TspodError } from "../../errors.ts";

/** A public key, and nothing that merely contains one. */
const PUBLIC_KEY = /^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/;
/** Standard base64, which Buffer.from() does not insist on. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Check a cosign signature: ECDSA or RSA (PKCS #1 v1.5) over the payload's SHA-256, or Ed25519 over the
 * payload.
 * @param keyText PEM
 * @param signature base64
 * @throws {TspodError} If the key is none, or has not made this signature.
 */
export function verifySigstore(payload: Uint8Array, signature: string, keyText: string): void {
  const key = parseKey(keyText);
  const hash = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  if (!BASE64.test(signature)) throw new TspodError("invalid signature: it is not base64");
  if (!verify(hash, payload, key, Buffer.from(signature, "base64")))
    throw new TspodError(
      "cryptographic signature verification failed: invalid signature when validating it with the key",
    );
}

const KEY_TYPES = ["ec", "rsa", "ed25519"];

function parseKey(text: string): KeyObject {
  if (!PUBLIC_KEY.test(text)) throw new TspodError("parsing public key: it is not a PEM public key");
  let key: KeyObject;
  try {
    key = createPublicKey(text);
  } catch (cause) {
    throw new TspodError("parsing public key", { cause });
  }
  if (!KEY_TYPES.includes(key.asymmetricKeyType ?? ""))
    throw new TspodError(`parsing public key: keys of type "${key.asymmetricKeyType}" are not supported`);
  return key;
}
