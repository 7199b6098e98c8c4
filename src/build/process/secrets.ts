import { readFileSync } from "node:fs";
import { TspodError } from "../../errors.ts";

/** What `--secret` and `--ssh` give. */
export interface Secrets {
  /** Undefined where none of that id was given. */
  read(id: string): Buffer | undefined;
  agent(id: string): AgentSource | undefined;
}

export interface SecretSource {
  readonly id: string;
  /** A file, absolute; or a variable's value. */
  readonly from:
    | { readonly kind: "file"; readonly path: string }
    | { readonly kind: "value"; readonly value: string };
}

export interface AgentSource {
  readonly id: string;
  /** A socket, or private keys; absolute. */
  readonly paths: readonly string[];
}

/** As Docker: larger ones are refused. */
const SECRET_MAX = 500 * 1024;

/** @throws {TspodError} When one is read: if its file can't be. */
export function givenSecrets(secrets: readonly SecretSource[], agents: readonly AgentSource[]): Secrets {
  return {
    read(id) {
      const found = secrets.findLast((each) => each.id === id);
      return found === undefined ? undefined : readSecret(found);
    },
    agent: (id) => agents.findLast((each) => each.id === id),
  };
}

function readSecret({ id, from }: SecretSource): Buffer {
  if (from.kind === "value") return Buffer.from(from.value);
  let content: Buffer;
  try {
    content = readFileSync(from.path);
  } catch (cause) {
    throw new TspodError(`reading secret "${id}"`, { cause });
  }
  if (content.length > SECRET_MAX) {
    throw new TspodError(`secret "${id}" is too large: ${content.length} bytes, at most ${SECRET_MAX}`);
  }
  return content;
}
