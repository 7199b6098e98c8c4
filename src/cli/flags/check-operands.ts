import { UsageError } from "../../errors.ts";
import type { Command } from "../define-command.ts";

/**
 * Whether a command takes this many operands.
 * @param program the command as the user called it: `tspod volume create`
 * @throws {UsageError} in cobra's words, as podman has them
 */
export function checkOperands(
  { operands, minOperands = 0, maxOperands = operands === undefined ? 0 : Number.POSITIVE_INFINITY }: Command,
  count: number,
  { program }: { program: string },
): void {
  if (count >= minOperands && count <= maxOperands) return;
  throw new UsageError(complaint(program, count, [minOperands, maxOperands]));
}

function complaint(command: string, count: number, [least, most]: readonly [number, number]): string {
  if (most === 0) return `\`${command}\` takes no arguments`;
  if (least === most) return `accepts ${most} arg(s), received ${count}`;
  if (count < least && most === Number.POSITIVE_INFINITY) {
    return `requires at least ${least} arg(s), only received ${count}`;
  }
  if (least === 0) return `accepts at most ${most} arg(s), received ${count}`;
  return `accepts between ${least} and ${most} arg(s), received ${count}`;
}
