import { setTimeout as sleep } from "node:timers/promises";
import { shortId } from "../../oci/short-id.ts";
import type { Env } from "../../os/env.ts";
import type { Container } from "../state/list.ts";
import { readContainerState } from "../state/state.ts";
import { isSettled } from "../state/wait.ts";
import { type Gatherer, gather } from "./gather.ts";
import type { LogRecord } from "./log-record.ts";
import { tailOfChunks } from "./log-tail.ts";
import { openJournal } from "./read-journal.ts";
import { type LogReader, openLogFile } from "./read-log.ts";

export interface FollowOptions {
  /** Go on until the containers have ended. */
  readonly follow: boolean;
  /** Lines of each container to begin with; negative: all. */
  readonly tail: number;
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly timestamps: boolean;
  readonly prefix: "name" | "id" | "none";
  /** The prefix of the container in that place as it is shown, in a colour say; default: as it is. */
  readonly style?: (prefix: string, place: number) => string;
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  readonly flush: () => void;
  /** Called before each wait for more. */
  readonly waiting?: () => void;
}

const PAUSE_MS = 50;
const NEWLINE = Buffer.from("\n");

/** Print the logs of containers, one after the other what is there, then all as it comes. */
export async function followLogs(containers: readonly Container[], options: FollowOptions): Promise<void> {
  using readers = new DisposableStack();
  const output = gather(options);
  const sources = containers.map((container, place) =>
    logSource({ container, place }, readers.use(openLog(container, options)), { ...options, ...output }),
  );
  for (const source of sources) source.begin();
  output.flush();
  let open = options.follow ? sources : [];
  while (open.length > 0) {
    // Asked before the read: what was written until then, the read still finds.
    const ended = new Set(open.filter((source) => source.ended()));
    for (const source of open) source.advance();
    output.flush();
    open = open.filter((source) => !ended.has(source) && !source.passed());
    if (open.length === 0) break;
    options.waiting?.();
    await sleep(PAUSE_MS, undefined, { signal: options.signal });
  }
}

function openLog({ record, paths }: Container, options: FollowOptions): LogReader {
  const { driver, path } = record.options.log;
  if (driver === "journald") return openJournal(record.id, options.env);
  if (options.tail < 0) return openLogFile(path ?? paths.log);
  const counts = isForAll(options) ? () => true : (each: LogRecord) => inRange(each, options);
  return openLogFile(path ?? paths.log, { count: options.tail, counts });
}

function isForAll({ since, until }: Pick<FollowOptions, "since" | "until">): boolean {
  return since === undefined && until === undefined;
}

interface LogSource {
  /** Print what is there, as far as `tail` goes. */
  begin(): void;
  /** Print what has come since. */
  advance(): void;
  /** Whether the container has ended, and all of its log can be read. */
  ended(): boolean;
  /** Whether `until` is over. */
  passed(): boolean;
}

/** Options whose output is gathered. */
type SourceOptions = Omit<FollowOptions, keyof Gatherer> & Gatherer;

function logSource(
  { container, place }: { container: Container; place: number },
  reader: LogReader,
  options: SourceOptions,
): LogSource {
  const show = recordPrinter(container, { ...options, place });
  const all = isForAll(options);
  const read = function* (): Generator<LogRecord[]> {
    for (const records of reader.read())
      yield all ? records : records.filter((record) => inRange(record, options));
  };
  let settledAt: number | undefined;
  return {
    begin() {
      const findsTail = container.record.options.log.driver !== "journald";
      if (options.tail < 0 || findsTail) return this.advance();
      for (const record of tailOfChunks(read(), options.tail)) show(record);
    },
    advance() {
      for (const records of read())
        for (const record of records) {
          show(record);
          settledAt = undefined; // while more comes, the log isn't all there
        }
    },
    ended() {
      if (!isSettled(readContainerState(container.paths))) return false;
      settledAt ??= Date.now();
      return Date.now() - settledAt >= reader.lagMs;
    },
    passed: () => options.until !== undefined && Date.now() > options.until,
  };
}

function inRange(record: LogRecord, { since, until }: Pick<FollowOptions, "since" | "until">): boolean {
  const time = Date.parse(record.time());
  return (since === undefined || time >= since) && (until === undefined || time <= until);
}

/** A partial record is printed without a newline: the next record of that stream goes on in the same line. */
function recordPrinter(
  { record: { name, id } }: Container,
  options: SourceOptions & { readonly place: number },
): (record: LogRecord) => void {
  const inLine = { stdout: false, stderr: false };
  const { place, style = (text: string) => text } = options;
  const shown = { name, id: shortId(id), none: "" }[options.prefix];
  const label = shown === "" ? "" : `${style(shown, place)} `;
  return ({ time, stream, partial, text }) => {
    const write = options[stream];
    if (!inLine[stream]) {
      const prefix = options.timestamps ? `${label}${time()} ` : label;
      if (prefix !== "") write(Buffer.from(prefix));
    }
    write(text);
    if (!partial) write(NEWLINE);
    inLine[stream] = partial;
  };
}
