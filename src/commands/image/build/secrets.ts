import { statSync } from "node:fs";
import { resolve } from "node:path";
import { parseCsvLine } from "../../../build/parse/csv.ts";
import type { AgentSource, SecretSource } from "../../../build/process/secrets.ts";
import { TspodError } from "../../../errors.ts";

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * `--secret`s: `id=ID,src=PATH`, `id=ID,env=NAME`; `id=ID` alone is the variable of that name, otherwise the
 * file.
 * @throws {TspodError} For keys that there are not, and sources that are not there.
 */
export function parseSecrets(texts: readonly string[], surroundings: Surroundings): SecretSource[] {
  return texts.map((text) => parseSecret(text, surroundings));
}

function parseSecret(text: string, { env, cwd }: Surroundings): SecretSource {
  const values = new Map(parseCsvLine(text).map((field) => splitField(field, text)));
  const id = values.get("id");
  const path = values.get("src") ?? values.get("source");
  if (!id) throw new TspodError(`--secret "${text}": no id: use id=ID,src=PATH or id=ID,env=NAME`);
  const type = values.get("type");
  if (type !== undefined && type !== "file" && type !== "env") {
    throw new TspodError(`--secret "${text}": unsupported type "${type}": use file or env`);
  }
  const name = values.get("env") ?? (type === "env" ? (path ?? id) : undefined);
  if (name !== undefined) return fromVariable(id, name, env);
  if (path === undefined && env[id] !== undefined) return fromVariable(id, id, env);
  return fromFile(id, resolve(cwd, path ?? id));
}

function splitField(field: string, text: string): [string, string] {
  const at = field.indexOf("=");
  const key = at === -1 ? field : field.slice(0, at).toLowerCase();
  if (at === -1 || !["id", "src", "source", "env", "type"].includes(key)) {
    throw new TspodError(`--secret "${text}": unexpected "${field}": use id=, src=, env= and type=`);
  }
  return [key, field.slice(at + 1)];
}

function fromVariable(id: string, name: string, env: Surroundings["env"]): SecretSource {
  const value = env[name];
  if (value === undefined) throw new TspodError(`--secret ${id}: the variable "${name}" is not set`);
  return { id, from: { kind: "value", value } };
}

function fromFile(id: string, path: string): SecretSource {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new TspodError(`--secret ${id}: "${path}" is not there`);
  if (status.isDirectory()) throw new TspodError(`--secret ${id}: "${path}" is a directory`);
  return { id, from: { kind: "file", path } };
}

/**
 * `--ssh`s: `ID` alone is the caller's agent, `ID=PATH,…` a socket or keys.
 * @throws {TspodError} If the caller has no agent, or a path is not there.
 */
export function parseAgents(texts: readonly string[], { env, cwd }: Surroundings): AgentSource[] {
  return texts.map((text) => {
    const at = text.indexOf("=");
    const id = at === -1 ? text : text.slice(0, at);
    const given =
      at === -1
        ? []
        : text
            .slice(at + 1)
            .split(",")
            .map((path) => resolve(cwd, path));
    const paths = given.length > 0 ? given : [env.SSH_AUTH_SOCK ?? ""];
    const missing = paths.find(
      (path) => path === "" || statSync(path, { throwIfNoEntry: false }) === undefined,
    );
    if (missing === "") throw new TspodError(`--ssh ${id}: no agent: SSH_AUTH_SOCK is not set`);
    if (missing !== undefined) throw new TspodError(`--ssh ${id}: "${missing}" is not there`);
    return { id: id || "default", paths };
  });
}
