import { messageChain, TspodError } from "../../errors.ts";
import { sha256 } from "../../oci/digest.ts";
import type { Reference } from "../../oci/reference.ts";
import { readSmallFile } from "../../os/files/read-small-file.ts";
import type { Signature } from "../signatures/signature.ts";
import { matchesIdentity } from "./matches-identity.ts";
import type {
  Policy,
  Requirement,
  SignedByRequirement,
  SignedIdentity,
  SigstoreSignedRequirement,
} from "./policy.ts";
import { requirementsFor } from "./scopes.ts";
import { parsePayload, type SignaturePayload } from "./signature-payload.ts";

/** An image that the policy is to judge. */
export interface JudgedImage {
  /** `docker`, `docker-archive`, `oci-archive`, `oci`, `dir`. */
  readonly transport: string;
  /** Most specific first. */
  readonly scopes: readonly string[];
  /** For messages: `docker://alpine:latest`. */
  readonly name: string;
  /** As a registry has it. */
  readonly reference?: Reference | undefined;
  /** The manifest of the image that is to be stored, byte for byte. */
  readonly manifest: Uint8Array;
  /** Asked for only where a requirement needs them. */
  signatures(): Promise<readonly Signature[]>;
}

const SIGSTORE_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
const SIGSTORE_SIGNATURE = "dev.cosignproject.cosign/signature";
const DEFAULT_IDENTITY: SignedIdentity = { type: "matchRepoDigestOrExact" };

/**
 * Let an image through, or not: all requirements of its scope must be fulfilled.
 * @throws {TspodError} `Source image rejected: …`
 * @see containers-policy.json(5)
 */
export async function checkPolicy(policy: Policy, image: JudgedImage): Promise<void> {
  for (const requirement of requirementsFor(policy, image.transport, image.scopes)) {
    try {
      await checkRequirement(requirement, image);
    } catch (cause) {
      if (!(cause instanceof TspodError)) throw cause;
      throw new TspodError("Source image rejected", { cause });
    }
  }
}

async function checkRequirement(requirement: Requirement, image: JudgedImage): Promise<void> {
  switch (requirement.type) {
    case "insecureAcceptAnything":
      return;
    case "reject":
      throw new TspodError(`Running image ${image.name} is rejected by policy.`);
    case "signedBaseLayer":
      throw new TspodError("signedBaseLayer not implemented yet!");
    case "signedBy":
      return checkSignedBy(requirement, image);
    case "sigstoreSigned":
      return checkSigstoreSigned(requirement, image);
  }
}

async function checkSignedBy(requirement: SignedByRequirement, image: JudgedImage): Promise<void> {
  if (requirement.keyType !== "GPGKeys")
    throw new TspodError(`Unimplemented "keyType" value "${requirement.keyType}"`);
  const signatures = (await image.signatures()).filter(({ kind }) => kind === "simple");
  if (signatures.length === 0) throw noSignature();
  const { importGpgKeys } = await import("./verify-gpg.ts");
  using keys = await importGpgKeys(keysOf(requirement));
  await oneOf(signatures, async (signature) => {
    if (signature.kind !== "simple") return;
    const payload = parsePayload((await keys.verify(signature.content)).toString("utf8"), "simple");
    checkPayload(payload, requirement, image);
  });
}

async function checkSigstoreSigned(
  requirement: SigstoreSignedRequirement,
  image: JudgedImage,
): Promise<void> {
  const signatures = (await image.signatures()).filter(
    (each) => each.kind === "sigstore" && each.mediaType === SIGSTORE_TYPE,
  );
  if (signatures.length === 0) throw noSignature();
  const [key = new Uint8Array()] = keysOf(requirement);
  const { verifySigstore } = await import("./verify-sigstore.ts");
  await oneOf(signatures, async (signature) => {
    if (signature.kind !== "sigstore") return;
    const text = signature.annotations[SIGSTORE_SIGNATURE];
    if (text === undefined) throw new TspodError(`missing ${SIGSTORE_SIGNATURE} annotation`);
    verifySigstore(signature.payload, text, Buffer.from(key).toString("utf8"));
    checkPayload(parsePayload(signature.payload.toString("utf8"), "sigstore"), requirement, image);
  });
}

function noSignature(): TspodError {
  return new TspodError("A signature was required, but no signature exists");
}

function keysOf({
  keyPath,
  keyPaths,
  keyData,
}: Pick<SignedByRequirement, "keyPath" | "keyPaths" | "keyData">): Uint8Array[] {
  if (keyData !== undefined) return [Buffer.from(keyData, "base64")];
  return (keyPaths ?? [keyPath ?? ""]).map((path) => {
    try {
      return readSmallFile(path);
    } catch (cause) {
      throw new TspodError(`reading the key "${path}"`, { cause });
    }
  });
}

/** One signature that is accepted is enough. */
async function oneOf(
  signatures: readonly Signature[],
  check: (signature: Signature) => Promise<void>,
): Promise<void> {
  const reasons: TspodError[] = [];
  for (const signature of signatures) {
    try {
      return await check(signature);
    } catch (error) {
      if (!(error instanceof TspodError)) throw error;
      reasons.push(error);
    }
  }
  const [only, ...more] = reasons;
  if (only !== undefined && more.length === 0) throw only;
  throw new TspodError(
    `None of the signatures were accepted, reasons: ${reasons.map(messageChain).join("; ")}`,
  );
}

function checkPayload(
  { manifestDigest, dockerReference }: SignaturePayload,
  { signedIdentity = DEFAULT_IDENTITY }: { readonly signedIdentity?: SignedIdentity | undefined },
  { manifest, reference }: JudgedImage,
): void {
  if (manifestDigest !== sha256(manifest))
    throw new TspodError(`Signature for digest ${manifestDigest} does not match`);
  if (!matchesIdentity(signedIdentity, reference, dockerReference))
    throw new TspodError(`Signature for identity ${dockerReference} is not accepted`);
}
