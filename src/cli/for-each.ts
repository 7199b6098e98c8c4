import { errorLine, TspodError } from "../errors.ts";

/**
 * Do something to each, one failure not stopping the rest. Each failure but the last is printed; the last is
 * thrown at the end.
 */
export async function forEachOperand<T>(
  operands: readonly T[],
  { warn, act }: { warn: (line: string) => void; act: (operand: T) => Promise<void> | void },
): Promise<void> {
  let last: TspodError | undefined;
  for (const operand of operands) {
    try {
      await act(operand);
    } catch (error) {
      if (!(error instanceof TspodError)) throw error;
      if (last !== undefined) warn(errorLine(last));
      last = error;
    }
  }
  if (last !== undefined) throw last;
}
