import { normalize } from "node:path";
import * as z from "zod/mini";
import { TspodError } from "../../errors.ts";
import { parseReference } from "../../oci/reference.ts";
import { duplicateKey } from "./duplicate-key.ts";
import type { Policy } from "./policy.ts";

const KEY_TYPES = ["GPGKeys", "signedByGPGKeys", "X509Certificates", "signedByX509CAs"] as const;

const base64 = z.string().check(z.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/));
const name = z.string().check(z.refine(isName, "is no reference"));
const fullReference = z
  .string()
  .check(z.refine((text) => isName(text) && hasTagOrDigest(text), "is no reference with a tag or digest"));
const prefix = z.string().check(z.refine(isPrefix, "is no registry or namespace in one"));

const identitySchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(["matchExact", "matchRepoDigestOrExact", "matchRepository"]) }),
  z.strictObject({ type: z.literal("exactReference"), dockerReference: fullReference }),
  z.strictObject({ type: z.literal("exactRepository"), dockerRepository: name }),
  z.strictObject({ type: z.literal("remapIdentity"), prefix, signedPrefix: prefix }),
]);

const signedBySchema = z
  .strictObject({
    type: z.literal("signedBy"),
    keyType: z.enum(KEY_TYPES),
    keyPath: z.optional(z.string()),
    keyPaths: z.optional(z.array(z.string())),
    keyData: z.optional(base64),
    signedIdentity: z.optional(identitySchema),
  })
  .check(
    z.refine(
      ({ keyPath, keyPaths, keyData }) => defined(keyPath, keyPaths, keyData) === 1,
      "exactly one of keyPath, keyPaths and keyData must be specified",
    ),
  );

const sigstoreSignedSchema = z
  .strictObject({
    type: z.literal("sigstoreSigned"),
    keyPath: z.optional(z.string()),
    keyData: z.optional(base64),
    signedIdentity: z.optional(identitySchema),
  })
  .check(
    z.refine(
      ({ keyPath, keyData }) => defined(keyPath, keyData) === 1,
      "exactly one of keyPath and keyData must be specified",
    ),
  );

const requirementSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(["insecureAcceptAnything", "reject"]) }),
  signedBySchema,
  z.strictObject({ type: z.literal("signedBaseLayer"), baseLayerIdentity: identitySchema }),
  sigstoreSignedSchema,
]);

const requirementsSchema = z
  .array(requirementSchema)
  .check(z.minLength(1, "list of verification policy requirements must not be empty"));

const policySchema = z.strictObject({
  default: requirementsSchema,
  transports: z.optional(z.record(z.string(), z.record(z.string(), requirementsSchema))),
});

/**
 * Reads the text of a policy. It is strict: a key that is not known may be a requirement that was meant.
 * @param path for messages
 * @throws {TspodError} `invalid policy in "PATH": …`, naming the key.
 * @see containers-policy.json(5)
 */
export function parsePolicy(text: string, path: string): Policy {
  const value = parseJson(text, path);
  const twice = duplicateKey(text);
  if (twice !== undefined) throw invalid(path, `duplicate key "${twice}"`);
  const result = z.safeParse(policySchema, value);
  if (!result.success) throw invalid(path, describe(result.error.issues));
  for (const [transport, scopes] of Object.entries(result.data.transports ?? {})) {
    for (const scope of Object.keys(scopes)) {
      if (!isScope(transport, scope))
        throw invalid(path, `invalid scope "${scope}" of transport "${transport}"`);
    }
  }
  return result.data;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TspodError(`invalid policy in "${path}"`, { cause });
  }
}

function invalid(path: string, problem: string): TspodError {
  return new TspodError(`invalid policy in "${path}": ${problem}`);
}

interface Issue {
  readonly code?: string | undefined;
  readonly message?: string;
  readonly path?: readonly PropertyKey[] | undefined;
  readonly keys?: readonly string[];
  readonly discriminator?: string | undefined;
}

function describe([issue]: readonly Issue[]): string {
  const where = (issue?.path ?? []).map((part) =>
    typeof part === "number" ? `[${part}]` : `["${String(part)}"]`,
  );
  const at = where.length === 0 ? "" : `${where.join("")}: `;
  const [key] = issue?.keys ?? [];
  if (key !== undefined) return `${at}unknown key "${key}"`;
  if (issue?.code === "invalid_union") return `${at}unknown or missing "type"`;
  return `${at}${issue?.message ?? "not valid"}`;
}

function defined(...values: readonly unknown[]): number {
  return values.filter((value) => value !== undefined).length;
}

function isName(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch {
    return false; // the caller says what is wrong
  }
}

function hasTagOrDigest(text: string): boolean {
  const { tag, digest } = parseReference(text);
  return tag !== undefined || digest !== undefined;
}

/** `host[:port][/namespace…]`. */
function isPrefix(text: string): boolean {
  return (
    /^[\w.-]+(?::\d+)?$/.test(text) ||
    (/^[\w.-]+(?::\d+)?\//.test(text) && isName(text) && !hasTagOrDigest(text))
  );
}

/** Scopes of transports that are files are absolute paths in their shortest form. */
function isScope(transport: string, scope: string): boolean {
  if (scope === "") return true;
  if (transport === "docker-archive") return false;
  if (transport !== "dir" && transport !== "oci" && transport !== "oci-archive") return true;
  return scope.startsWith("/") && scope !== "/" && normalize(scope) === scope && !scope.endsWith("/");
}
