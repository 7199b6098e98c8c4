/**
 * The identity for which a signature must have been made.
 * @see containers-policy.json(5), "signedBy"
 */
export type SignedIdentity =
  | { readonly type: "matchExact" | "matchRepoDigestOrExact" | "matchRepository" }
  | { readonly type: "exactReference"; readonly dockerReference: string }
  | { readonly type: "exactRepository"; readonly dockerRepository: string }
  | { readonly type: "remapIdentity"; readonly prefix: string; readonly signedPrefix: string };

export interface SignedByRequirement {
  readonly type: "signedBy";
  readonly keyType: string;
  readonly keyPath?: string | undefined;
  readonly keyPaths?: readonly string[] | undefined;
  /** Base64. */
  readonly keyData?: string | undefined;
  readonly signedIdentity?: SignedIdentity | undefined;
}

export interface SigstoreSignedRequirement {
  readonly type: "sigstoreSigned";
  readonly keyPath?: string | undefined;
  /** Base64. */
  readonly keyData?: string | undefined;
  readonly signedIdentity?: SignedIdentity | undefined;
}

export type Requirement =
  | { readonly type: "insecureAcceptAnything" | "reject" | "signedBaseLayer" }
  | SignedByRequirement
  | SigstoreSignedRequirement;

/**
 * What images must fulfil: all requirements of the most specific scope that fits. @see
 * containers-policy.json(5)
 */
export interface Policy {
  readonly default: readonly Requirement[];
  /** Transport → scope → requirements; the scope "" is the transport's default. */
  readonly transports?:
    | Readonly<Record<string, Readonly<Record<string, readonly Requirement[]>>>>
    | undefined;
}
