/** What a field may hold. The tables in this folder are made of these; check.ts walks them. */
export type Field =
  | TextField
  | { readonly kind: "integer"; readonly min?: number; readonly max?: number }
  | { readonly kind: "boolean" }
  /** `500m`, `1Gi`: a text or a number. */
  | { readonly kind: "quantity" }
  /** A number, or the name of something that has one. */
  | { readonly kind: "integer-or-text" }
  | { readonly kind: "list"; readonly of: Field }
  | { readonly kind: "map"; readonly of: Field }
  | ObjectField
  /** Anything: what tspod does not look into. */
  | { readonly kind: "any" }
  /** A field of Kubernetes that is not carried out here: a warning says so, unless it holds `neutral`. */
  | { readonly kind: "unsupported"; readonly reason: string; readonly neutral: readonly unknown[] }
  /** A field of which some values are not carried out: a warning says so of these. */
  | RemarkedField
  | { readonly kind: "lazy"; readonly field: () => Field };

/** What is not carried out of a value. */
export interface Remark {
  /** Below the field. */
  readonly path: readonly string[];
  readonly message: string;
}

export interface RemarkedField {
  readonly kind: "remarked";
  readonly of: Field;
  /** Called with values only that are as `of` has them. */
  readonly remarks: (value: unknown) => readonly Remark[];
}

export interface TextField {
  readonly kind: "text";
  readonly oneOf?: readonly string[];
  /** What Podman does of a word that `oneOf` has not: such a word is warned of. Absent: it is an error. */
  readonly otherwise?: string;
  /** Words that Podman takes beside those of `oneOf`: only `--strict` minds them. */
  readonly ofPodman?: RegExp;
  readonly pattern?: RegExp;
  /** What it has to be, for the message: "an absolute path". */
  readonly what?: string;
}

export interface ObjectField {
  readonly kind: "object";
  readonly fields: Readonly<Record<string, Field>>;
  readonly required: readonly string[];
  /** Fields that a cluster requires and Podman doesn't, with what Podman has in their place. */
  readonly zeros?: Readonly<Record<string, string | number>>;
}

export const text: TextField = { kind: "text" };
export const integer: Field = { kind: "integer" };
export const boolean: Field = { kind: "boolean" };
export const quantity: Field = { kind: "quantity" };
export const integerOrText: Field = { kind: "integer-or-text" };
export const any: Field = { kind: "any" };
export const texts: Field = { kind: "list", of: text };
export const textMap: Field = { kind: "map", of: text };

/** An integer in these bounds. */
export function between(min: number, max?: number): Field {
  return { kind: "integer", min, ...(max !== undefined && { max }) };
}

export const port = between(1, 65_535);

export function oneOf(...words: string[]): Field {
  return { kind: "text", oneOf: words };
}

/** Words of which Podman takes any other as one of them, or does nothing with: a warning tells which. */
export function wordsOr(otherwise: string, ...words: string[]): Field {
  return { kind: "text", oneOf: words, otherwise };
}

/** Words that Podman takes in any case of the letters. */
export function inAnyCase(...words: string[]): Field {
  return { kind: "text", oneOf: words, ofPodman: new RegExp(`^(?:${words.join("|")})$`, "i") };
}

/** Podman's words of `--pull` hold here as well, in any case of the letters. */
export const pullPolicy: Field = {
  kind: "text",
  oneOf: ["Always", "IfNotPresent", "Never"],
  ofPodman: /^(?:always|missing|ifmissing|ifnotpresent|newer|ifnewer|never)$/i,
};

export function matching(pattern: RegExp, what: string): Field {
  return { kind: "text", pattern, what };
}

export function list(of: Field): Field {
  return { kind: "list", of };
}

export function map(of: Field): Field {
  return { kind: "map", of };
}

export function object(fields: Readonly<Record<string, Field>>, ...required: string[]): ObjectField {
  return { kind: "object", fields, required };
}

/** An object of which Podman requires less than a cluster. */
export function lenientObject(
  fields: Readonly<Record<string, Field>>,
  zeros: Readonly<Record<string, string | number>>,
  ...required: string[]
): ObjectField {
  return { kind: "object", fields, required, zeros };
}

/** @param neutral values that ask for nothing, and so need no warning */
export function unsupported(reason: string, ...neutral: unknown[]): Field {
  return { kind: "unsupported", reason, neutral };
}

/** Words of which those in `carried` need no warning; of the others `reason` says what is not done. */
export function partlyWords(words: readonly string[], carried: readonly string[], reason: string): Field {
  const remarks = (value: unknown) =>
    words.some((word) => word === value) && !carried.some((word) => word === value)
      ? [{ path: [], message: reason }]
      : [];
  return { kind: "remarked", of: wordsOr(`is taken as ${carried[0] ?? ""}`, ...words), remarks };
}

/** What only a scheduler of several machines could do. */
export function ofCluster(...neutral: unknown[]): Field {
  return unsupported("has no effect on a single machine", ...neutral);
}
