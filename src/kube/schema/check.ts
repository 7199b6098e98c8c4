import { ownValue } from "../../oci/shape.ts";
import { type FieldPath, type KubeDocument, pathText } from "../read/document.ts";
import type { Field, ObjectField, RemarkedField, TextField } from "./field.ts";
import { isQuantity } from "./quantity.ts";
import { isMap, isPlain } from "./with-texts.ts";

/**
 * What is wrong with a field: its value, or that it is known to nobody, or not to tspod; "lenient" is what
 * Podman takes without a word, and a cluster doesn't.
 */
export interface Finding {
  readonly kind: "invalid" | "unknown" | "unsupported" | "lenient";
  readonly path: FieldPath;
  /** Without the place. */
  readonly message: string;
}

/** All that is to be said of a document's fields, in their order. */
export function checkDocument({ value }: KubeDocument, schema: Field): Finding[] {
  return check(value, schema, []);
}

function check(value: unknown, field: Field, path: FieldPath): Finding[] {
  if (field.kind === "unsupported") return unsupportedField(value, field, path);
  // null is as good as absent: Helm's templates leave such fields behind.
  if (value === null || value === undefined || field.kind === "any") return [];
  switch (field.kind) {
    case "lazy":
      return check(value, field.field(), path);
    case "remarked":
      return checkRemarked(value, field, path);
    case "object":
      return isMap(value) ? checkObject(value, field, path) : [wrong(path, value, "a map of fields")];
    case "map":
      if (!isMap(value)) return [wrong(path, value, "a map")];
      return Object.entries(value).flatMap(([key, part]) => check(part ?? "", field.of, [...path, key]));
    case "list":
      if (!Array.isArray(value)) return [wrong(path, value, "a list")];
      return value.flatMap((part, index) => check(part, field.of, [...path, index]));
    default:
      return checkScalar(value, field, path);
  }
}

function checkRemarked(value: unknown, { of, remarks }: RemarkedField, path: FieldPath): Finding[] {
  const found = check(value, of, path);
  if (found.some(({ kind }) => kind === "invalid")) return found;
  const remarked = remarks(value).map(
    (remark): Finding => ({ kind: "unsupported", path: [...path, ...remark.path], message: remark.message }),
  );
  return [...found, ...remarked];
}

type Scalar = Exclude<
  Field,
  { kind: "lazy" | "remarked" | "object" | "map" | "list" | "any" | "unsupported" }
>;

function checkScalar(value: unknown, field: Scalar, path: FieldPath): Finding[] {
  switch (field.kind) {
    case "text":
      return checkText(value, field, path);
    case "integer":
      return checkInteger(value, field, path);
    case "boolean":
      return typeof value === "boolean" ? [] : [wrong(path, value, "true or false")];
    case "quantity":
      return isQuantity(value) ? [] : [wrong(path, value, "a quantity, such as 500m or 1Gi")];
    case "integer-or-text":
      return Number.isInteger(value) || typeof value === "string"
        ? []
        : [wrong(path, value, "a number or a name")];
  }
}

function checkText(value: unknown, field: TextField, path: FieldPath): Finding[] {
  if (isPlain(value)) {
    const taken = String(value);
    const message = `${shown(value)} is taken as "${taken}": a cluster wants it in quotes`;
    return [{ kind: "lenient", path, message }, ...checkText(taken, field, path)];
  }
  const { pattern, what } = field;
  if (typeof value !== "string") return [wrong(path, value, "a text")];
  if (value.includes("\0")) return [wrong(path, value, "a text without a NUL")];
  const word = checkWord(value, field, path);
  if (word !== undefined) return [word];
  return pattern === undefined || pattern.test(value) ? [] : [wrong(path, value, what ?? `${pattern}`)];
}

function checkWord(
  value: string,
  { oneOf, otherwise, ofPodman }: TextField,
  path: FieldPath,
): Finding | undefined {
  if (oneOf === undefined || value === "" || oneOf.includes(value)) return undefined;
  const words = oneOf.join(", ");
  if (ofPodman?.test(value))
    return {
      kind: "lenient",
      path,
      message: `${shown(value)} is a word of Podman's: a cluster has ${words}`,
    };
  if (otherwise === undefined) return wrong(path, value, `one of ${words}`);
  return { kind: "unsupported", path, message: `${shown(value)} ${otherwise}: it is not one of ${words}` };
}

function checkInteger(
  value: unknown,
  { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number },
  path: FieldPath,
): Finding[] {
  if (!Number.isSafeInteger(value)) return [wrong(path, value, "a whole number")];
  if (Number(value) < min) return [wrong(path, value, `at least ${min}`)];
  return Number(value) > max ? [wrong(path, value, `at most ${max}`)] : [];
}

function checkObject(
  value: Readonly<Record<string, unknown>>,
  { fields, required, zeros = {} }: ObjectField,
  path: FieldPath,
): Finding[] {
  const isMissing = (name: string) => value[name] === undefined || value[name] === null;
  const missing = required.filter(isMissing);
  return [
    ...Object.keys(zeros)
      .filter(isMissing)
      .map(
        (name): Finding => ({ kind: "lenient", path: [...path, name], message: "is required by a cluster" }),
      ),
    ...missing.map(
      (name): Finding => ({ kind: "invalid", path: [...path, name], message: "is required, and not there" }),
    ),
    ...Object.entries(value).flatMap(([name, part]) => {
      const field = ownValue(fields, name);
      return field === undefined
        ? [unknownField(name, Object.keys(fields), path)]
        : check(part, field, [...path, name]);
    }),
  ];
}

function unknownField(name: string, known: readonly string[], path: FieldPath): Finding {
  const meant = known.find((other) => other.toLowerCase() === name.toLowerCase());
  const hint = meant === undefined ? "" : `: did you mean "${meant}"?`;
  return { kind: "unknown", path: [...path, name], message: `is no field that Kubernetes has here${hint}` };
}

function unsupportedField(
  value: unknown,
  { reason, neutral }: { reason: string; neutral: readonly unknown[] },
  path: FieldPath,
): Finding[] {
  const asksNothing = value === null || value === undefined || isEmpty(value) || neutral.includes(value);
  return asksNothing ? [] : [{ kind: "unsupported", path, message: reason }];
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function wrong(path: FieldPath, value: unknown, wanted: string): Finding {
  return { kind: "invalid", path, message: `${shown(value)} is not ${wanted}` };
}

const SHOWN_MAX = 60;

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > SHOWN_MAX ? `${json.slice(0, SHOWN_MAX)}…` : json;
}

/** How a finding reads: `spec.containers[0].foo: is no field …`. */
export function findingText({ path, message }: Finding): string {
  return `${pathText(path)}: ${message}`;
}
