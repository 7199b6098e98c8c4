/** What processes have taken of the machine, as getrusage(2) counts it. */
export interface ProcessUsage {
  /** In user mode. */
  readonly userMicroseconds: number;
  /** In kernel mode. */
  readonly systemMicroseconds: number;
  /** Read from disks, in blocks of 512 bytes. */
  readonly inputBlocks: number;
  /** Written to disks, in blocks of 512 bytes. */
  readonly outputBlocks: number;
}

const NONE: ProcessUsage = { userMicroseconds: 0, systemMicroseconds: 0, inputBlocks: 0, outputBlocks: 0 };

/**
 * The `usage` of an exit file: native/facts-protocol.h.
 * @param text undefined: a monitor that was killed has written none
 */
export function parseUsage(text: string | undefined): ProcessUsage {
  const [user, system, input, output] = (text ?? "").split(" ").map(Number);
  if (user === undefined || system === undefined || input === undefined || output === undefined) return NONE;
  return {
    userMicroseconds: user,
    systemMicroseconds: system,
    inputBlocks: input,
    outputBlocks: output,
  };
}

/** Of this process so far, without those that it has started. */
export function ownUsage(): ProcessUsage {
  const { userCPUTime, systemCPUTime, fsRead, fsWrite } = process.resourceUsage();
  return {
    userMicroseconds: userCPUTime,
    systemMicroseconds: systemCPUTime,
    inputBlocks: fsRead,
    outputBlocks: fsWrite,
  };
}

/** Each figure of `b`, times `factor`, added to that of `a`. */
export function addUsage(a: ProcessUsage, b: ProcessUsage, factor = 1): ProcessUsage {
  return {
    userMicroseconds: a.userMicroseconds + factor * b.userMicroseconds,
    systemMicroseconds: a.systemMicroseconds + factor * b.systemMicroseconds,
    inputBlocks: a.inputBlocks + factor * b.inputBlocks,
    outputBlocks: a.outputBlocks + factor * b.outputBlocks,
  };
}
