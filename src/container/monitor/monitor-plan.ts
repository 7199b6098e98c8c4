/**
 * One record of the monitor's plan: a key and its arguments (native/protocol.h, 2).
 */
export type PlanRecord = readonly [key: string, ...args: string[]];

/**
 * The plan as the monitor reads it: its length in bytes, then for each record the key, the number of
 * arguments in decimal, the arguments, each string ended by a NUL. No escaping is needed: an argument of
 * execve(2) or a path can't hold a NUL.
 */
export function encodePlan(records: readonly PlanRecord[]): string {
  const text = records
    .map(([key, ...args]) => `${[key, String(args.length), ...args].join("\0")}\0`)
    .join("");
  return `${Buffer.byteLength(text)}\0${text}`;
}
