import type { Usage } from "../container/report/usage.ts";
import type { Container } from "../container/state/list.ts";
import { shortId } from "../oci/short-id.ts";
import { formatDuration } from "../options/format-duration.ts";
import { goMap } from "./go/value.ts";
import { humanSize } from "./human-size.ts";

const BINARY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** A container as `stats --format TEMPLATE` sees it. */
export type StatsRow = ReturnType<typeof statsRow>;

/** @param before what it had used at the last look; absent: its whole run counts */
export function statsRow(
  { record }: Pick<Container, "record">,
  usage: Usage,
  { before, noTrunc }: { before?: Usage | undefined; noTrunc: boolean },
) {
  const { memory, memoryLimit } = usage;
  const average = share(usage.cpuNanoseconds, usage.upNanoseconds);
  const cpu =
    before === undefined
      ? average
      : share(usage.cpuNanoseconds - before.cpuNanoseconds, usage.upNanoseconds - before.upNanoseconds);
  const memoryShare = share(memory, memoryLimit);
  return {
    ID: noTrunc ? record.id : shortId(record.id),
    ContainerID: record.id,
    Name: record.name,
    CPU: cpu,
    CPUPerc: percent(cpu),
    AvgCPU: average,
    AVGCPU: percent(average),
    CPUNano: usage.cpuNanoseconds,
    CPUSystemNano: 0,
    SystemNano: usage.upNanoseconds,
    PerCPU: [],
    UpTime: formatDuration(usage.cpuNanoseconds),
    Up: formatDuration(usage.cpuNanoseconds),
    Duration: usage.cpuNanoseconds,
    MemUsage: `${humanSize(memory)} / ${humanSize(memoryLimit)}`,
    MemUsageBytes: `${binarySize(memory)} / ${binarySize(memoryLimit)}`,
    MemLimit: memoryLimit,
    MemPerc: percent(memoryShare),
    NetIO: `${humanSize(usage.networkIn)} / ${humanSize(usage.networkOut)}`,
    Network: goMap(undefined),
    NetInput: usage.networkIn,
    NetOutput: usage.networkOut,
    BlockIO: `${humanSize(usage.blockIn)} / ${humanSize(usage.blockOut)}`,
    BlockInput: usage.blockIn,
    BlockOutput: usage.blockOut,
    PIDS: usage.processes,
    PIDs: usage.processes,
  };
}

/** One element of `stats --format json`. */
export function statsJson(row: StatsRow): object {
  return {
    id: row.ID,
    name: row.Name,
    cpu_time: row.UpTime,
    cpu_percent: row.CPUPerc,
    avg_cpu: row.AVGCPU,
    mem_usage: row.MemUsage,
    mem_percent: row.MemPerc,
    net_io: row.NetIO,
    block_io: row.BlockIO,
    pids: String(row.PIDS),
  };
}

/** In percent. */
function share(part: number, whole: number): number {
  return whole > 0 ? (part / whole) * 100 : 0;
}

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}

function binarySize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < BINARY_UNITS.length - 1; unit++) size /= 1024;
  return `${Number(size.toPrecision(4))}${BINARY_UNITS[unit]}`;
}
