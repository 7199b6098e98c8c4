import { TspodError } from "../errors.ts";

/**
 * The bytes that a terminal sends for a key sequence such as `ctrl-p,ctrl-q` or `ctrl-a,d`; none for an empty
 * text.
 * @throws {TspodError} If a key is neither one character nor `ctrl-` and one of a-z, @, ^, [, \, ], _ or a
 * comma.
 * @see podman-run(1), "--detach-keys"
 */
export function parseDetachKeys(text: string): Uint8Array {
  if (text === "") return new Uint8Array();
  return Uint8Array.from(text.split(/,(?!$)/).map((key) => keyByte(key)));
}

function keyByte(key: string): number {
  const control = /^ctrl-([a-z@^[\\\]_,])$/.exec(key)?.[1];
  if (control === ",") return 0x2c & 0x1f;
  if (control !== undefined) return control.toUpperCase().charCodeAt(0) & 0x1f;
  if (/^[\x20-\x7e]$/.test(key)) return key.charCodeAt(0);
  throw new TspodError(`invalid detach keys: Unknown character: '${key}'`);
}
