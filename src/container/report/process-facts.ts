/** One process as /proc shows it to this user namespace. */
export interface ProcessFacts {
  /** As this process sees it. */
  readonly hostPid: number;
  readonly parent: number;
  /** In the container's pid namespace; its parent and group likewise, 0 where they are outside of it. */
  readonly pid: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly state: string;
  /** Real, effective, saved, file system. */
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly groups: readonly number[];
  readonly group: number;
  /** Bit masks. */
  readonly capabilities: Readonly<
    Record<"inheritable" | "permitted" | "effective" | "bounding" | "ambient", bigint>
  >;
  /** 0, 1 strict, 2 filter. */
  readonly seccomp: number;
  readonly nice: number;
  /** Device number. */
  readonly tty: number;
  /** Clock ticks: of CPU time, and since boot. */
  readonly cpuTicks: number;
  readonly startTicks: number;
  /** Bytes. */
  readonly virtualSize: number;
  readonly residentSize: number;
}

const PAGE = 4096;

/**
 * Put together what proc_pid_status(5), proc_pid_stat(5) and proc_pid_cmdline(5) say of one process.
 * @param depth how many pid namespaces are around the container's own: its index in NSpid
 */
export function parseProcess(
  texts: { readonly status: string; readonly stat: string; readonly cmdline: string },
  depth: number,
): ProcessFacts {
  const status = new Map(
    texts.status.split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    }),
  );
  const words = (key: string): string[] => (status.get(key) ?? "").split(/\s+/).filter(Boolean);
  const numbers = (key: string): number[] => words(key).map(Number);
  const mask = (key: string): bigint => BigInt(`0x${status.get(key) || "0"}`);
  const hostPid = numbers("Pid")[0] ?? 0;
  // Of the fields from the third on: the command before them may have anything in it.
  const fields = texts.stat.slice(texts.stat.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3] ?? 0);
  return {
    hostPid,
    parent: numbers("PPid")[0] ?? 0,
    pid: numbers("NSpid")[depth] ?? hostPid,
    command: status.get("Name") ?? "",
    args: texts.cmdline.split("\0").slice(0, -1),
    state: fields[0] ?? "?",
    uids: numbers("Uid"),
    gids: numbers("Gid"),
    groups: numbers("Groups"),
    group: numbers("NSpgid")[depth] ?? 0,
    capabilities: {
      inheritable: mask("CapInh"),
      permitted: mask("CapPrm"),
      effective: mask("CapEff"),
      bounding: mask("CapBnd"),
      ambient: mask("CapAmb"),
    },
    seccomp: numbers("Seccomp")[0] ?? 0,
    nice: field(19),
    tty: field(7),
    cpuTicks: field(14) + field(15),
    startTicks: field(22),
    virtualSize: field(23),
    residentSize: field(24) * PAGE,
  };
}
