import { readSync } from "node:fs";
import { TspodError } from "../errors.ts";
import type { Call } from "./framework/define-command.ts";

/**
 * Ask on stdout, and read one line of stdin: whether it is a yes.
 * @throws {TspodError} `EOF`, as Podman, where nobody is there to answer.
 */
export function confirm({ write, flush }: Pick<Call, "write" | "flush">, question: string): boolean {
  write(`${question} [y/N] `);
  flush();
  const answer = readLine();
  if (answer === undefined) throw new TspodError("EOF");
  return /^y/i.test(answer.trim());
}

/** Byte by byte, so that nothing after the line is taken from whoever reads stdin next. */
function readLine(): string | undefined {
  const bytes: number[] = [];
  const byte = Buffer.alloc(1);
  while (readSync(0, byte) === 1) {
    if (byte[0] === 0x0a) return Buffer.from(bytes).toString();
    bytes.push(byte[0] ?? 0);
  }
  return undefined;
}
