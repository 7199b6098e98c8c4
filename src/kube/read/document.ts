/** A place in a document: names of members and indexes of lists, from the root. */
export type FieldPath = readonly (string | number)[];

/** One document of Kubernetes YAML, with where its fields stand. */
export interface KubeDocument {
  readonly kind: string;
  readonly apiVersion: string;
  /** `metadata.name`; empty: it has none. */
  readonly name: string;
  /** What the document says, in JavaScript's values. */
  readonly value: Readonly<Record<string, unknown>>;
  /** What a message calls its source: a path, a URL, or `stdin`. */
  readonly file: string;
  /** Line of a field in the source, from 1: of its name; of what is around it, if it is not there. */
  readonly lineOf: (path: FieldPath) => number;
}

/** `spec.containers[0].image` */
export function pathText(path: FieldPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (/^[\w-]+$/.test(part)) return text === "" ? part : `${text}.${part}`;
    return `${text}[${JSON.stringify(part)}]`;
  }, "");
}

/** `web.yaml:12: Pod "web": spec.volumes[0].nfs`: where in which file a message's field is. */
export function placeText({ file, kind, name, lineOf }: KubeDocument, path: FieldPath): string {
  const field = path.length === 0 ? "" : `: ${pathText(path)}`;
  return `${file}:${lineOf(path)}: ${kind} "${name}"${field}`;
}
