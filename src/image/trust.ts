import { dirname } from "node:path";
import { TspodError } from "../errors.ts";
import type { Env } from "../os/env.ts";
import { makeDirectories } from "../os/files/make-directories.ts";
import { readSmallText } from "../os/files/read-small-file.ts";
import { writeFileAtomic } from "../os/files/write-file-atomic.ts";
import { hasCode } from "../os/system-error.ts";
import { type DescribeOptions, describePolicy } from "../registry/policy/describe-policy.ts";
import { parsePolicy } from "../registry/policy/parse-policy.ts";
import type { Policy, Requirement } from "../registry/policy/policy.ts";
import { ownPolicyFile, policyFile } from "../registry/policy/policy-file.ts";

const INDENT = 4;

export interface TrustChange {
  /** Absolute path of a policy.json; undefined: the user's own, which begins as the system's file. */
  readonly path: string | undefined;
  /** A registry, a namespace, a repository, or `default`. */
  readonly scope: string;
  /** accept, insecureAcceptAnything, reject, signedBy, sigstoreSigned */
  readonly type: string;
  /** Absolute paths of public keys. */
  readonly keys: readonly string[];
}

/**
 * Change what policy.json (containers-policy.json(5)) asks of images of a scope.
 * @throws {TspodError} If keys and type don't go together, or the file is damaged or can't be written.
 */
export function setTrust(env: Env, { path: given, scope, type, keys }: TrustChange): void {
  const path = given ?? ownPolicyFile(env);
  const changed = withScope(readIfThere(given ?? policyFile(env)), scope, requirements(type, keys));
  const text = `${JSON.stringify(changed, undefined, INDENT)}\n`;
  parsePolicy(text, path); // what was there may be none
  write(path, text);
}

/**
 * The text of a policy.json.
 * @param path absolute; default: the one in force
 * @throws {TspodError} If it can't be read.
 */
export function readTrust(env: Env, path: string = policyFile(env)): { path: string; text: string } {
  try {
    return { path, text: readSmallText(path) };
  } catch (cause) {
    throw new TspodError(`reading the signature policy "${path}"`, { cause });
  }
}

/** What a policy.json says, scope by scope. */
export function describeTrust(
  { path, text }: { readonly path: string; readonly text: string },
  options: DescribeOptions,
): ReturnType<typeof describePolicy> {
  return describePolicy(parsePolicy(text, path), options);
}

function requirements(type: string, keys: readonly string[]): Requirement[] {
  if (type === "signedBy" || type === "sigstoreSigned") {
    if (keys.length === 0) throw new TspodError(`at least one public key must be defined for type '${type}'`);
    return keys.map((keyPath) =>
      type === "signedBy" ? { type, keyType: "GPGKeys", keyPath } : { type, keyPath },
    );
  }
  if (keys.length > 0)
    throw new TspodError(`${keys.length} public keys unexpectedly provided for trust type ${type}`);
  return [{ type: type === "reject" ? "reject" : "insecureAcceptAnything" }];
}

function withScope(policy: Policy | undefined, scope: string, changed: readonly Requirement[]): Policy {
  if (scope === "default") return { ...policy, default: changed };
  if (policy === undefined) throw new TspodError("default trust policy must be set");
  const { transports = {} } = policy;
  const transport =
    Object.entries(transports).find(([, scopes]) => Object.hasOwn(scopes, scope))?.[0] ?? "docker";
  return {
    ...policy,
    transports: { ...transports, [transport]: { ...transports[transport], [scope]: changed } },
  };
}

function write(path: string, text: string): void {
  try {
    makeDirectories(dirname(path));
    writeFileAtomic(path, text, { mode: 0o644 });
  } catch (cause) {
    throw new TspodError(`writing the signature policy "${path}"`, { cause });
  }
}

function readIfThere(path: string): Policy | undefined {
  try {
    return parsePolicy(readSmallText(path), path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    if (error instanceof TspodError) throw error;
    throw new TspodError(`reading the signature policy "${path}"`, { cause: error });
  }
}
