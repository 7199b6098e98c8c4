import { TspodError } from "../../errors.ts";

/**
 * The fields of one CSV record: `a,"b,c","d""e"`.
 * @throws {TspodError} If a quote is not closed or stands in the middle of a field.
 * @see RFC 4180
 */
export function parseCsv(text: string): string[] {
  const fields: string[] = [];
  let rest = text;
  for (;;) {
    const { field, after } = rest.startsWith('"') ? quotedField(rest, text) : plainField(rest, text);
    fields.push(field);
    if (after === undefined) return fields;
    rest = after;
  }
}

interface Field {
  readonly field: string;
  /** Text behind the comma; absent at the end. */
  readonly after: string | undefined;
}

function plainField(rest: string, text: string): Field {
  const comma = rest.indexOf(",");
  const field = comma < 0 ? rest : rest.slice(0, comma);
  if (field.includes('"')) throw new TspodError(`parse error in "${text}": bare " in non-quoted field`);
  return { field, after: comma < 0 ? undefined : rest.slice(comma + 1) };
}

function quotedField(rest: string, text: string): Field {
  const [quoted, content] = /^"((?:[^"]|"")*)"(?=,|$)/.exec(rest) ?? [];
  if (quoted === undefined || content === undefined) {
    throw new TspodError(`parse error in "${text}": extraneous or missing " in quoted field`);
  }
  const after = rest.slice(quoted.length);
  return { field: content.replaceAll('""', '"'), after: after === "" ? undefined : after.slice(1) };
}
