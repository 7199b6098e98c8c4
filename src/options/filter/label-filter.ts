import { TspodError } from "../../errors.ts";
import { ownValue } from "../../oci/shape.ts";
import { matchesPath, parsePathPattern } from "./path-pattern.ts";
import type { Token } from "./pattern.ts";

type Entries = Readonly<Record<string, string>>;

/** `NAME` or `NAME=VALUE`, of which an empty VALUE is any. */
function wantedEntry(text: string): { readonly name: string; readonly fits: (value: string) => boolean } {
  const equals = text.indexOf("=");
  const [name, wanted] = equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
  return { name, fits: (value) => wanted === "" || value === wanted };
}

/** The test of `--filter opt=NAME[=VALUE]`: whether there is such an entry. */
export function entryTest(text: string): (entries: Entries) => boolean {
  const { name, fits } = wantedEntry(text);
  return (entries) => {
    const value = ownValue(entries, name);
    return value !== undefined && fits(value);
  };
}

/**
 * The test of `--filter label=NAME[=VALUE]`: whether there is such a label. As Podman, a name with a `*` in
 * it is one of Go's patterns, here one that crosses slashes; one that is malformed fits nothing.
 * @see https://pkg.go.dev/path/filepath#Match
 */
export function labelTest(text: string): (labels: Entries) => boolean {
  const { name, fits } = wantedEntry(text);
  const asItStands = entryTest(text);
  const pattern = name.includes("*") ? soundPattern(withoutSlashes(name)) : undefined;
  if (pattern === undefined) return asItStands;
  return (labels) =>
    asItStands(labels) ||
    Object.entries(labels).some(
      ([label, value]) => fits(value) && matchesPath(pattern, withoutSlashes(label)),
    );
}

function withoutSlashes(text: string): string {
  return text.replaceAll("/", "|");
}

function soundPattern(text: string): Token[] | undefined {
  try {
    return parsePathPattern(text, { stars: false });
  } catch (error) {
    if (error instanceof TspodError) return undefined;
    throw error;
  }
}
