import { readFileSync } from "node:fs";

/** What a process does with a signal. */
export interface SignalReaction {
  /** Of its program. */
  readonly program: string;
  /** Whether it is the first of its pid namespace, which the kernel spares what it has no handler for. */
  readonly isFirst: boolean;
  readonly handling: "ignored" | "caught" | "default";
}

/**
 * What a process would do with a signal now; undefined where it has ended.
 * @see proc_pid_status(5)
 */
export function readSignalReaction(pid: number, signal: number, proc = "/proc"): SignalReaction | undefined {
  let status: string;
  try {
    status = readFileSync(`${proc}/${pid}/status`, "utf8");
  } catch {
    return undefined;
  }
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "";
  const has = (name: string) => ((BigInt(`0x${field(name) || "0"}`) >> BigInt(signal - 1)) & 1n) === 1n;
  return {
    program: field("Name"),
    isFirst: field("NSpid").split(/\s+/).at(-1) === "1",
    handling: has("SigIgn") ? "ignored" : has("SigCgt") ? "caught" : "default",
  };
}

/** `httpd (PID 1) ignores SIGTERM`; undefined where the process can be expected to end of it. */
export function describeReaction(
  { program, isFirst, handling }: SignalReaction,
  signal: string,
): string | undefined {
  const name = isFirst ? `${program} (PID 1)` : program;
  if (handling === "ignored") return `${name} ignores ${signal}`;
  if (handling === "caught") return `${name} handles ${signal}, and has not ended yet`;
  return isFirst ? `${name} has no handler for ${signal}, which for PID 1 is to ignore it` : undefined;
}
