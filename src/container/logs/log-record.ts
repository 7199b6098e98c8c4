import { anyText, members, oneOf, soundJson, text } from "../../oci/shape.ts";

/** One record of a log: a whole line, or the beginning of one. */
export interface LogRecord {
  /** RFC 3339 with nanoseconds; asked for less often than the text. */
  readonly time: () => string;
  readonly stream: "stdout" | "stderr";
  /** Whether more of the same line follows in the next record of that stream. */
  readonly partial: boolean;
  readonly text: Buffer;
}

const SPACE = 0x20;
const BRACE = 0x7b;
const LETTER_P = 0x50;

/**
 * A line of a log without its newline: of k8s-file `TIME STREAM P|F TEXT`, of json-file an object; undefined
 * where it is none (cut short by a power cut).
 * @see https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 */
export function parseLogRecord(line: Buffer): LogRecord | undefined {
  if (line[0] === BRACE) return parseJsonRecord(line);
  const first = line.indexOf(SPACE);
  const stream = first < 0 ? undefined : streamAt(line, first + 1);
  if (stream === undefined) return undefined;
  const tag = first + stream.length + 2;
  return {
    time: () => line.toString("latin1", 0, first),
    stream,
    partial: line[tag] === LETTER_P,
    text: line.subarray(tag + 2),
  };
}

function streamAt(line: Buffer, at: number): LogRecord["stream"] | undefined {
  if (line[at + 6] !== SPACE) return undefined;
  const name = line.toString("latin1", at, at + 6);
  return name === "stdout" || name === "stderr" ? name : undefined;
}

const jsonShape = members({ log: anyText, stream: oneOf("stdout", "stderr"), time: text });

/** @see https://docs.docker.com/engine/logging/drivers/json-file/ */
function parseJsonRecord(line: Buffer): LogRecord | undefined {
  const record = soundJson(jsonShape, line.toString("utf8")); // a power cut cuts a line short
  if (record === undefined) return undefined;
  const { log, stream, time } = record;
  const partial = !log.endsWith("\n");
  return { time: () => time, stream, partial, text: Buffer.from(partial ? log : log.slice(0, -1)) };
}
