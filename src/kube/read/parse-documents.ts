import type { Document, LineCounter, Tags } from "yaml";
import { TspodError } from "../../errors.ts";
import type { FieldPath, KubeDocument } from "./document.ts";

/** How often `*alias` may be followed: a document of a few lines could stand for gigabytes. */
const ALIASES_MAX = 100;

type Value = Readonly<Record<string, unknown>>;
type Yaml = typeof import("yaml");

/**
 * The documents of one source; those in a `List` stand for themselves, and empty ones for nothing. YAML is
 * read as Kubernetes reads it: YAML 1.1 (`0644` is octal, `yes` is true, `<<` merges), where numbers
 * with colons and dates are texts.
 * @param file what messages call the source
 * @throws {TspodError} If it can't be read as YAML, or a document has no `kind`, with the line.
 */
export async function parseDocuments(text: string, file: string): Promise<KubeDocument[]> {
  const yaml = await import("yaml");
  const counter = new yaml.LineCounter();
  const documents = parseAll(yaml, text, { counter, file });
  return documents.flatMap((document) => {
    const value = valueIn(document, file);
    const lineOf = (path: FieldPath) => lineIn(yaml, document, { path, counter });
    return value === null || value === undefined ? [] : kubeDocuments(value, { file, lineOf });
  });
}

function parseAll(
  { parseAllDocuments }: Yaml,
  text: string,
  { counter, file }: { counter: LineCounter; file: string },
): Document[] {
  try {
    const documents = parseAllDocuments(text, {
      version: "1.1",
      merge: true,
      customTags: asKubernetes,
      lineCounter: counter,
      prettyErrors: false,
    }) as Document[];
    for (const { errors } of documents) {
      const [error] = errors;
      if (error !== undefined)
        throw new TspodError(`${file}:${counter.linePos(error.pos[0]).line}: ${firstLine(error.message)}`);
    }
    return documents;
  } catch (error) {
    if (error instanceof RangeError) throw new TspodError(`${file}: the YAML is nested too deeply`);
    throw error;
  }
}

/**
 * Kubernetes' parser knows neither numbers to the base of 60 (`1:30`) nor dates, and a lone point is a text.
 */
function asKubernetes(tags: Tags): Tags {
  return tags
    .filter((tag) => typeof tag === "string" || (tag.tag !== "tag:yaml.org,2002:timestamp" && !isTime(tag)))
    .map((tag) =>
      typeof tag === "object" && "test" in tag && tag.test?.test(".") ? { ...tag, test: FLOAT } : tag,
    );
}

const FLOAT = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)$/;

function isTime(tag: object): boolean {
  return "format" in tag && tag.format === "TIME";
}

function valueIn(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    if (error instanceof RangeError) throw new TspodError(`${file}: the YAML is nested too deeply`);
    // The package's own words, as "Unresolved alias" and "Excessive alias count".
    if (error instanceof Error) throw new TspodError(`${file}: ${firstLine(error.message)}`);
    throw error;
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

type Source = Pick<KubeDocument, "file" | "lineOf">;

function kubeDocuments(value: unknown, { file, lineOf }: Source): KubeDocument[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TspodError(
      `${file}:${lineOf([])}: unable to read YAML as Kube document: it is no map of fields`,
    );
  const { kind, apiVersion, metadata, items } = value as Value;
  if (typeof kind !== "string" || kind === "")
    throw new TspodError(`${file}:${lineOf([])}: the document has no "kind"`);
  if (kind === "List" && Array.isArray(items))
    return items.flatMap((item, index) =>
      kubeDocuments(item, { file, lineOf: (path) => lineOf(["items", index, ...path]) }),
    );
  const name = (metadata as Value | null | undefined)?.name;
  return [
    {
      kind,
      apiVersion: typeof apiVersion === "string" ? apiVersion : "",
      name: typeof name === "string" ? name : "",
      value: value as Value,
      file,
      lineOf,
    },
  ];
}

/** A field that is not there (or came by an alias) has the line of the nearest one around it. */
function lineIn(
  yaml: Yaml,
  document: Document,
  { path, counter }: { path: FieldPath; counter: LineCounter },
): number {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const part of path) {
    const found = yaml.isMap(node)
      ? node.items.find(({ key }) => (yaml.isScalar(key) ? key.value : key) === part)
      : undefined;
    const next =
      found === undefined ? (yaml.isSeq(node) ? node.items[Number(part)] : undefined) : found.value;
    const at = offsetOf(found?.key ?? next);
    if (at === undefined) break;
    offset = at;
    node = next;
  }
  return counter.linePos(offset).line || 1;
}

function offsetOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] } | null | undefined)?.range;
  return range?.[0];
}
