import { dirname, resolve } from "node:path";
import { defineCommand } from "../../cli/define-command.ts";
import { requireFile } from "../../cli/require-file.ts";
import { TspodError } from "../../errors.ts";
import { makeDirectories } from "../../os/files/make-directories.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { hasCode } from "../../os/system-error.ts";
import { parsePolicy } from "../../registry/policy/parse-policy.ts";
import type { Policy, Requirement } from "../../registry/policy/policy.ts";
import { ownPolicyFile, policyFile } from "../../registry/policy/policy-file.ts";

const TYPES = ["accept", "insecureAcceptAnything", "reject", "signedBy", "sigstoreSigned"];
const INDENT = 4;

export const command = defineCommand({
  name: "image trust set",
  operands: "REGISTRY",
  summary: "Say which images of a registry are trusted",
  description:
    "Changes policy.json: what images from a registry, a namespace or a repository must fulfil, or with `default` all others. It is the user's own policy.json that is changed; where there is none it begins as the system's.",
  examples: [
    { line: "tspod image trust set --type reject docker.io", help: "nothing from there" },
    {
      line: "tspod image trust set --pubkeysfile /etc/pki/key.asc quay.io/team",
      help: "only what this key has signed",
    },
  ],
  flags: {
    policypath: { type: "string", value: "PATH", hidden: true, help: "Change this file" },
    pubkeysfile: {
      type: "list",
      split: true,
      short: "f",
      value: "PATH",
      complete: "file",
      help: "File with public keys; of several, each must have a key that has signed",
    },
    type: {
      type: "string",
      short: "t",
      value: "TYPE",
      default: "signedBy",
      help: "What is asked for: accept, reject, signedBy or sigstoreSigned",
    },
  },
  minOperands: 1,
  maxOperands: 1,
  check: ({ flags }) =>
    TYPES.includes(flags.type)
      ? undefined
      : `invalid choice: ${flags.type} (choose from 'accept', 'reject', 'signedBy', 'sigstoreSigned')`,
  run(call) {
    const { policypath, pubkeysfile, type } = call.flags;
    const [scope = ""] = call.operands;
    if (!/^[\w.-]+(?::\d+)?(?:\/[a-z0-9._/:-]*)?$/.test(scope))
      throw new TspodError(`invalid image uri: ${scope}`);
    const given = policypath ? resolve(call.cwd, policypath) : undefined;
    const path = given ?? ownPolicyFile(call.env);
    for (const file of pubkeysfile) requireFile(file, call);
    const keys = pubkeysfile.map((file) => resolve(call.cwd, file));
    const changed = withScope(readIfThere(given ?? policyFile(call.env)), scope, requirements(type, keys));
    const text = `${JSON.stringify(changed, undefined, INDENT)}\n`;
    parsePolicy(text, path); // what was there may be none
    write(path, text);
  },
});

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
