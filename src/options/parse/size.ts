import { TspodError } from "../../errors.ts";

const SIZE = /^(\d+(?:\.\d+)?) ?(.*)$/;
const SUFFIX = /^(?:([kmgtp])(?:i?b)?|b)?$/i;
const POWERS = "kmgtp";

/**
 * `64m`, `1.5g`, `1024`, `10 KiB` in bytes: units are powers of 1024.
 * @throws {TspodError} If `text` is no such size.
 */
export function parseSize(text: string): number {
  return sizeIn(text, 1024);
}

/**
 * As parseSize(), but units are powers of 1000.
 * @see https://github.com/docker/go-units (FromHumanSize)
 */
export function parseDecimalSize(text: string): number {
  return sizeIn(text, 1000);
}

function sizeIn(text: string, base: number): number {
  const [, number, suffix = ""] = SIZE.exec(text) ?? [];
  if (number === undefined) throw new TspodError(`invalid size: '${text}'`);
  const match = SUFFIX.exec(suffix);
  if (match === null) throw new TspodError(`invalid suffix: '${suffix.toLowerCase()}'`);
  const [, unit = ""] = match;
  const power = unit === "" ? 0 : POWERS.indexOf(unit.toLowerCase()) + 1;
  return Math.trunc(Number(number) * base ** power);
}
