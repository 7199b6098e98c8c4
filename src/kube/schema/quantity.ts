/** Kubernetes' suffixes, as powers. */
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/** Whether a value of a document is one of Kubernetes' quantities: `2`, `0.5`, `500m`, `1Gi`, `1e3`. */
export function isQuantity(value: unknown): value is string | number {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "string" && QUANTITY.test(value);
}

/**
 * A quantity as a number; of what isn't one NaN.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantityValue(value: string | number): number {
  if (typeof value === "number") return value;
  const [, digits = "", exponent, suffix = ""] = QUANTITY.exec(value) ?? [];
  if (digits === "") return Number.NaN;
  if (exponent !== undefined) return Number(`${digits}e${exponent}`);
  const binary = BINARY[suffix];
  return binary === undefined ? Number(`${digits}e${DECIMAL[suffix]}`) : Number(digits) * 1024 ** binary;
}

/** Bytes of a quantity of memory: a part of one is one. */
export function quantityBytes(value: string | number): number {
  return Math.ceil(quantityValue(value));
}
