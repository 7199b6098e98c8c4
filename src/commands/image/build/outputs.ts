import { resolve } from "node:path";
import { parseCsvLine } from "../../../build/parse/csv.ts";
import { UsageError } from "../../../errors.ts";

/** What is made of a build's result. Paths are absolute. */
export type BuildOutput =
  /** An image in the store, as without `--output`. */
  | { readonly type: "image"; readonly names: readonly string[]; readonly push: boolean }
  | { readonly type: "local"; readonly path: string }
  /** Without a path to stdout. */
  | { readonly type: "tar" | "oci" | "docker"; readonly path?: string; readonly isDirectory: boolean }
  | { readonly type: "cacheonly" };

const TYPES = ["local", "tar", "oci", "docker", "image", "registry", "cacheonly"];
const KEYS = ["type", "dest", "name", "push", "tar"];

/**
 * `--output`s: `type=local,dest=DIR`, a bare path for a directory, `-` for a tar on stdout.
 * @throws {UsageError} If it is none of these.
 */
export function parseOutputs(texts: readonly string[], cwd: string): BuildOutput[] {
  return texts.map((text) => parseOutput(text, cwd));
}

function parseOutput(text: string, cwd: string): BuildOutput {
  if (text === "-") return { type: "tar", isDirectory: false };
  if (!text.includes("=")) return { type: "local", path: resolve(cwd, text) };
  const values = new Map(parseCsvLine(text).map((field) => splitField(field, text)));
  const type = values.get("type");
  if (type === undefined || !TYPES.includes(type)) {
    throw new UsageError(`invalid type "${type ?? ""}" for build output: use ${TYPES.join(", ")}`);
  }
  const dest = values.get("dest");
  const path = dest === undefined || dest === "-" ? undefined : resolve(cwd, dest);
  switch (type) {
    case "local":
      if (path === undefined) throw new UsageError(`--output "${text}": a local output needs dest=DIRECTORY`);
      return { type, path };
    case "tar":
    case "oci":
    case "docker":
      return { type, ...(path !== undefined && { path }), isDirectory: values.get("tar") === "false" };
    case "cacheonly":
      return { type };
    default:
      return {
        type: "image",
        names: (values.get("name") ?? "").split(",").filter(Boolean),
        push: type === "registry" || values.get("push") === "true",
      };
  }
}

function splitField(field: string, text: string): [string, string] {
  const at = field.indexOf("=");
  const key = field.slice(0, at).toLowerCase();
  if (at === -1 || !KEYS.includes(key)) {
    throw new UsageError(
      `--output "${text}": invalid build output option "${field}": use ${KEYS.join("=, ")}=`,
    );
  }
  return [key, field.slice(at + 1)];
}
