import { resolve } from "node:path";
import { TspodError } from "../../errors.ts";
import { parseCsvLine } from "../parse/csv.ts";

/** Where a cache is kept for other machines. */
export type CachePlace =
  /** A name as in a pull; without a tag it is `latest`. */
  | { readonly kind: "registry"; readonly name: string }
  /** An OCI layout; absolute. */
  | { readonly kind: "local"; readonly path: string };

export interface CacheTarget {
  readonly place: CachePlace;
  /** Only the stages whose layers the image has, or all. */
  readonly mode: "min" | "max";
}

/** Those of BuildKit that say how things are packed, which here follows from the place. */
const IGNORED = ["compression", "compression-level", "force-compression", "oci-mediatypes", "image-manifest"];

/**
 * `--cache-from` and `--cache-to`: a name in a registry as with Podman, or BuildKit's
 * `type=registry,ref=NAME[,mode=max]` and `type=local,src=DIRECTORY` or `dest=DIRECTORY`.
 * @param flag as messages name it
 * @throws {TspodError} If it is none of these.
 */
export function parseCachePlace(text: string, { flag, cwd }: { flag: string; cwd: string }): CacheTarget {
  const wrong = (why: string): TspodError =>
    new TspodError(
      `${flag} "${text}": ${why}: use NAME, type=registry,ref=NAME or type=local,${flag === "--cache-to" ? "dest" : "src"}=DIRECTORY`,
    );
  if (text === "") throw wrong("it is empty");
  if (!text.includes("=")) return { place: { kind: "registry", name: text }, mode: "max" };
  const values = new Map<string, string>();
  for (const field of parseCsvLine(text)) {
    const at = field.indexOf("=");
    const key = field.slice(0, at).toLowerCase();
    if (at < 1) throw wrong(`unexpected "${field}"`);
    if (!["type", "ref", "src", "dest", "mode", ...IGNORED].includes(key))
      throw wrong(`unexpected "${field}"`);
    values.set(key, field.slice(at + 1));
  }
  const mode = values.get("mode") ?? "min";
  if (mode !== "min" && mode !== "max") throw wrong(`mode "${mode}" is neither min nor max`);
  const type = values.get("type");
  if (type === "registry") {
    const name = values.get("ref");
    if (!name) throw wrong("there is no ref=");
    return { place: { kind: "registry", name }, mode };
  }
  if (type !== "local") throw wrong(`type "${type ?? ""}" is not known`);
  const path = values.get("dest") ?? values.get("src");
  if (!path) throw wrong("there is no directory");
  return { place: { kind: "local", path: resolve(cwd, path) }, mode };
}
