import { TspodError } from "../../errors.ts";

/**
 * One line of comma-separated values, in which a quoted field may hold commas and doubled quotes.
 * @throws {TspodError} If a quote is not closed, or stands in an unquoted field.
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function parseCsvLine(text: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const rest = text.slice(at);
    const [whole, quoted] = /^"((?:[^"]|"")*)"(?=,|$)/.exec(rest) ?? [];
    const field = whole ?? rest.slice(0, rest.includes(",") ? rest.indexOf(",") : undefined);
    if (whole === undefined && field.includes('"')) {
      throw new TspodError(`the quotes in "${text}" don't fit together`);
    }
    fields.push(quoted === undefined ? field : quoted.replaceAll('""', '"'));
    at += field.length + 1;
  }
  return fields;
}
