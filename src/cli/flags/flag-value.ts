import { TspodError, UsageError } from "../../errors.ts";
import { parseBoolean } from "../../options/parse/boolean.ts";
import type { Flag } from "./flag.ts";

/** A flag's value once parsed; undefined where it has no default and was not given. */
export type ParsedValue = boolean | string | number | readonly string[] | undefined;

const INTEGER = /^[+-]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]*|[1-9]\d*)$/;

/** `-n, --last`, as podman's messages name a flag. */
function flagTitle(name: string, flag: Flag): string {
  return flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`;
}

/** The value of a flag that was not given. */
export function defaultValue(flag: Flag): ParsedValue {
  if (flag.type === "boolean") return flag.default ?? false;
  if (flag.type === "list") return flag.default ?? [];
  return flag.default;
}

/**
 * Text to a flag's value, by the rules and in the words of Go's strconv and pflag.
 * @param texts what was given, in order: all count for a list, the last for the rest; every one is checked
 * @throws {UsageError} If one is not a value of this flag
 */
export function parseValue(name: string, flag: Flag, texts: readonly string[]): ParsedValue {
  const fail = (text: string, why: string): never => {
    throw new UsageError(
      `invalid argument ${JSON.stringify(text)} for "${flagTitle(name, flag)}" flag: ${why}`,
    );
  };
  if (flag.type === "list") {
    const values = flag.split ? texts.flatMap((text) => splitCsv(text, (why) => fail(text, why))) : texts;
    for (const value of values) checkChoice(flag, value, fail);
    return values;
  }
  const values = texts.map((text) => {
    if (flag.type === "boolean") return booleanOf(text, fail);
    if (flag.type === "int") return parseInteger(text, flag.unsigned === true, fail);
    checkChoice(flag, text, fail);
    return text;
  });
  return values.at(-1);
}

type Fail = (text: string, why: string) => never;

function checkChoice(flag: Flag, text: string, fail: Fail): void {
  if (!("choices" in flag) || flag.choices === undefined || flag.choices.includes(text)) return;
  if (flag.refusal) throw new TspodError(flag.refusal(text));
  fail(text, `"${text}" is not a valid value.  Choose from: "${flag.choices.join(", ")}"`);
}

function booleanOf(text: string, fail: Fail): boolean {
  return (
    parseBoolean(text) ?? fail(text, `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`)
  );
}

function parseInteger(text: string, unsigned: boolean, fail: Fail): number {
  const parser = unsigned ? "strconv.ParseUint" : "strconv.ParseInt";
  const problem = (why: string) => fail(text, `${parser}: parsing ${JSON.stringify(text)}: ${why}`);
  if (!INTEGER.test(text) || (unsigned && /^[+-]/.test(text))) return problem("invalid syntax");
  const digits = text.replace(/^[+-]/, "");
  const octal = /^0[0-7]+$/.test(digits);
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits) * (text.startsWith("-") ? -1n : 1n);
  const [low, high] = unsigned ? [0n, 2n ** 64n - 1n] : [-(2n ** 63n), 2n ** 63n - 1n];
  if (value < low || value > high) return problem("value out of range");
  return Number(value);
}

/**
 * One line of CSV, as pflag reads a StringSlice: `a,"b,c"` is a and `b,c`.
 * @see https://pkg.go.dev/encoding/csv
 */
function splitCsv(text: string, fail: (why: string) => never): string[] {
  if (text === "") return [];
  if (!text.includes('"')) return text.split(",");
  const fields: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const rest = text.slice(at);
    const quoted = /^"((?:[^"]|"")*)"(?=,|$)/.exec(rest);
    const plain = /^[^",]*(?=,|$)/.exec(rest);
    if (quoted) fields.push((quoted[1] ?? "").replaceAll('""', '"'));
    else if (plain) fields.push(plain[0]);
    else if (rest.startsWith('"'))
      fail(`parse error on line 1, column ${text.length + 1}: extraneous or missing " in quoted-field`);
    else fail(`parse error on line 1, column ${at + rest.indexOf('"') + 1}: bare " in non-quoted-field`);
    at += (quoted?.[0] ?? plain?.[0] ?? "").length + 1;
  }
  return fields;
}
