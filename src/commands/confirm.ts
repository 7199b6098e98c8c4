import { TspodError } from "../errors.ts";
import type { Call } from "./framework/define-command.ts";
import { readLine } from "./prompt.ts";

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
