import { TspodError } from "../errors.ts";
import type { Call } from "./define-command.ts";
import { readLine } from "./prompt.ts";

/**
 * Asks on stdout, reads one line of stdin, and returns whether it is a yes.
 * @throws {TspodError} `EOF`, as Podman, where there is no answer.
 */
export function confirm(call: Pick<Call, "write" | "flush">, question: string): boolean {
  const answer = ask(call, question);
  if (answer === undefined) throw new TspodError("EOF");
  return answer;
}

/** As confirm(), but returns undefined where there is no answer. */
export function ask({ write, flush }: Pick<Call, "write" | "flush">, question: string): boolean | undefined {
  write(`${question} [y/N] `);
  flush();
  const answer = readLine();
  return answer === undefined ? undefined : /^y/i.test(answer.trim());
}
