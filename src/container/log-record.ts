/** One record of a log: a whole line, or the beginning of one. */
export interface LogRecord {
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly stream: "stdout" | "stderr";
  /** Whether more of the same line follows in the next record of that stream. */
  readonly partial: boolean;
  readonly text: Buffer;
}

const SPACE = 0x20;
const BRACE = 0x7b;

/**
 * A line of a log without its newline: of k8s-file `TIME STREAM P|F TEXT`, of json-file an object; undefined where it is none (cut short by a
 * power cut).
 * @see https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 */
export function parseLogRecord(line: Buffer): LogRecord | undefined {
  if (line[0] === BRACE) return parseJsonRecord(line);
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  const third = line.indexOf(SPACE, second + 1);
  if (first < 0 || second < 0) return undefined;
  const end = third < 0 ? line.length : third;
  const stream = line.toString("latin1", first + 1, second);
  const tag = line.toString("latin1", second + 1, end);
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  return {
    time: line.toString("latin1", 0, first),
    stream,
    partial: tag === "P",
    text: third < 0 ? Buffer.alloc(0) : line.subarray(third + 1),
  };
}

/** @see https://docs.docker.com/engine/logging/drivers/json-file/ */
function parseJsonRecord(line: Buffer): LogRecord | undefined {
  try {
    const { log, stream, time } = JSON.parse(line.toString("utf8")) as Record<string, unknown>;
    if (typeof log !== "string" || typeof time !== "string") return undefined;
    if (stream !== "stdout" && stream !== "stderr") return undefined;
    const partial = !log.endsWith("\n");
    return { time, stream, partial, text: Buffer.from(partial ? log : log.slice(0, -1)) };
  } catch {
    return undefined; // cut short by a power cut
  }
}
