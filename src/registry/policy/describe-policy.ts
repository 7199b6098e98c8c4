import { messageChain, TspodError } from "../../errors.ts";
import type { Env } from "../../os/env.ts";
import { readSmallFile } from "../../os/files/read-small-file.ts";
import { signatureStoreFor } from "../signatures/registries-d.ts";
import type { Policy, Requirement } from "./policy.ts";
import { gpgIdentities } from "./verify-gpg.ts";

/** A requirement as `image trust show` has it. */
export interface TrustLine {
  readonly transport: string;
  /** Scope. */
  readonly name: string;
  readonly repo_name: string;
  readonly sigstore?: string;
  readonly type: string;
  /** Whose keys. */
  readonly gpg_id?: string;
}

export interface DescribeOptions {
  readonly env: Env;
  /** In place of registries.d. */
  readonly directory?: string | undefined;
  /** Told of a key that can't be read, a line each. */
  readonly warn: (line: string) => void;
}

const TYPES: Readonly<Record<Requirement["type"], string>> = {
  insecureAcceptAnything: "accept",
  signedBy: "signed",
  sigstoreSigned: "sigstoreSigned",
  reject: "reject",
  signedBaseLayer: "",
};

/** All of a policy: the default, then the scopes of each transport. */
export async function describePolicy(
  { default: requirements, transports = {} }: Policy,
  options: DescribeOptions,
): Promise<TrustLine[]> {
  const lines: TrustLine[] = [];
  const add = async (
    each: readonly Requirement[],
    place: Pick<TrustLine, "transport" | "name" | "repo_name">,
  ) => {
    for (const requirement of each) lines.push(await describe(requirement, place, options));
  };
  await add(requirements, { transport: "all", name: "* (default)", repo_name: "default" });
  for (const transport of Object.keys(transports).sort()) {
    const scopes = transports[transport] ?? {};
    for (const name of Object.keys(scopes).sort()) {
      const shown = transport === "docker" ? "repository" : transport;
      await add(scopes[name] ?? [], { transport: shown, name, repo_name: name });
    }
  }
  return lines;
}

async function describe(
  requirement: Requirement,
  place: Pick<TrustLine, "transport" | "name" | "repo_name">,
  options: DescribeOptions,
): Promise<TrustLine> {
  const store = await signatureStoreFor(place.repo_name, options);
  const owner = requirement.type === "sigstoreSigned" ? "N/A" : await ownersOf(requirement, options.warn);
  return {
    ...place,
    ...(store !== undefined && { sigstore: store }),
    type: TYPES[requirement.type],
    ...(owner !== "" && { gpg_id: owner }),
  };
}

async function ownersOf(requirement: Requirement, warn: (line: string) => void): Promise<string> {
  if (requirement.type !== "signedBy") return "";
  const { keyPath, keyPaths = [], keyData } = requirement;
  const paths = [...(keyPath === undefined ? [] : [keyPath]), ...keyPaths];
  const keys = [
    ...paths.flatMap((path) => readKey(path, warn)),
    ...(keyData === undefined ? [] : [Buffer.from(keyData, "base64")]),
  ];
  const owners = await Promise.all(keys.map(gpgIdentities));
  return owners.flat().join(", ");
}

/** Reads a key. A key that is gone since the policy was written does not hide the rest of the policy. */
function readKey(path: string, warn: (line: string) => void): Buffer[] {
  try {
    return [readSmallFile(path)];
  } catch (cause) {
    warn(`WARN[0000] ${messageChain(new TspodError(`reading the key "${path}"`, { cause }))}`);
    return [];
  }
}
