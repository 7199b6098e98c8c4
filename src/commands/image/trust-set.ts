import { resolve } from "node:path";
import { defineCommand } from "../../cli/define-command.ts";
import { requireFile } from "../../cli/require-file.ts";
import { TspodError } from "../../errors.ts";
import { setTrust } from "../../image/trust.ts";

const TYPES = ["accept", "insecureAcceptAnything", "reject", "signedBy", "sigstoreSigned"];

export const command = defineCommand({
  name: "image trust set",
  operands: "REGISTRY",
  summary: "Say which images of a registry are trusted",
  description:
    "Changes policy.json: what images from a registry, a namespace or a repository must fulfil, or with `default` all others. The user's own policy.json is changed; where there is none it begins as the system's.",
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
  complete: "registry",
  check: ({ flags }) =>
    TYPES.includes(flags.type)
      ? undefined
      : `invalid choice: ${flags.type} (choose from 'accept', 'reject', 'signedBy', 'sigstoreSigned')`,
  run(call) {
    const { policypath, pubkeysfile, type } = call.flags;
    const [scope = ""] = call.operands;
    if (!/^[\w.-]+(?::\d+)?(?:\/[a-z0-9._/:-]*)?$/.test(scope))
      throw new TspodError(`invalid image uri: ${scope}`);
    const path = policypath ? resolve(call.cwd, policypath) : undefined;
    for (const file of pubkeysfile) requireFile(file, call);
    const keys = pubkeysfile.map((file) => resolve(call.cwd, file));
    setTrust(call.env, { path, scope, type, keys });
  },
});
