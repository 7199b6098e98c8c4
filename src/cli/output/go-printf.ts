import { formatGoValue } from "../../podman/go/value.ts";

const VERB = /%([-+# 0]*)(\d+)?(?:\.(\d+))?(.)/gsu;

/** Go's fmt.Sprintf for the verbs that make sense in a `--format`: s v d q t x X f g e c and %%. */
export function goPrintf(format: string, values: readonly unknown[]): string {
  let used = 0;
  const text = format.replace(VERB, (_, flags: string, width = "", precision, verb: string) => {
    if (verb === "%") return "%";
    if (used >= values.length) return `%!${verb}(MISSING)`;
    const body = formatVerb(verb, values[used++], { flags, precision });
    return pad(body, Number(width || 0), flags, typeof values[used - 1] === "number");
  });
  if (used >= values.length) return text;
  const extra = values.slice(used).map((value) => `${typeName(value)}=${formatGoValue(value)}`);
  return `${text}%!(EXTRA ${extra.join(", ")})`;
}

function formatVerb(
  verb: string,
  value: unknown,
  { flags, precision }: { flags: string; precision: string | undefined },
): string {
  const text = formatGoValue(value);
  const digits = precision === undefined ? undefined : Number(precision);
  if (verb === "v") return text;
  if (verb === "s") return digits === undefined ? text : [...text].slice(0, digits).join("");
  if (verb === "q") return JSON.stringify(text);
  if (verb === "T") return typeName(value);
  if (verb === "t" && typeof value === "boolean") return text;
  if ((verb === "x" || verb === "X") && typeof value === "string")
    return cased(verb, Buffer.from(value).toString("hex"));
  if (typeof value === "number") {
    const number = formatNumber(verb, value, digits);
    if (number !== undefined) return flags.includes("+") && value >= 0 ? `+${number}` : number;
  }
  return `%!${verb}(${typeName(value)}=${text})`;
}

function formatNumber(verb: string, value: number, digits: number | undefined): string | undefined {
  const whole = Number.isInteger(value);
  if (verb === "d" && whole) return String(value);
  if ((verb === "x" || verb === "X") && whole) return cased(verb, value.toString(16));
  if (verb === "o" && whole) return value.toString(8);
  if (verb === "b" && whole) return value.toString(2);
  if (verb === "c" && whole) return String.fromCodePoint(value);
  if (verb === "f") return value.toFixed(digits ?? 6);
  if (verb === "g") return String(digits === undefined ? value : Number(value.toPrecision(digits || 1)));
  if (verb === "e") return value.toExponential(digits ?? 6).replace(/e([+-])(\d)$/, "e$10$2");
  return undefined;
}

function cased(verb: string, hex: string): string {
  return verb === "X" ? hex.toUpperCase() : hex;
}

function pad(body: string, width: number, flags: string, numeric: boolean): string {
  const missing = width - [...body].length;
  if (missing <= 0) return body;
  if (flags.includes("-")) return body + " ".repeat(missing);
  if (!flags.includes("0") || !numeric) return " ".repeat(missing) + body;
  const sign = /^[+-]/.test(body) ? body.slice(0, 1) : "";
  return sign + "0".repeat(missing) + body.slice(sign.length);
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
  return Array.isArray(value) ? "[]string" : value instanceof Map ? "map[string]string" : "struct";
}
