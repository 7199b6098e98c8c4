import { closeSync, constants, openSync, readSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { pipe } from "../../os/descriptor.ts";
import type { Env } from "../../os/env.ts";
import { findProgram } from "../../os/find-program.ts";
import { waitpid } from "../../os/process.ts";
import { spawn } from "../../os/spawn.ts";
import { hasCode } from "../../os/system-error.ts";
import { journalRecord, parseJournal } from "./journal-entry.ts";
import type { LogRecord } from "./log-record.ts";
import type { LogReader } from "./read-log.ts";

const CHUNK_BYTES = 1 << 18;
const FIELDS = "MESSAGE,PRIORITY,CONTAINER_PARTIAL_MESSAGE";

/**
 * A container's log in the systemd journal, read by journalctl(1): the first read has what is there, and if
 * there are more, another journalctl waits for what comes.
 * @param id the container's full ID
 * @throws {TspodError} If there is no journalctl.
 */
export function openJournal(id: string, env: Env): LogReader {
  const file = findProgram("journalctl", env.PATH);
  if (file === undefined)
    throw new TspodError("the container's log is in the journal, and journalctl, of systemd, is missing");
  const argv = [file, "--quiet", "--output=export", `--output-fields=${FIELDS}`, `CONTAINER_ID_FULL=${id}`];
  let cursor: string | undefined;
  let begun = false;
  let follower: Follower | undefined;
  const records = function* (bytes: Iterable<Buffer>, unread: Unread): Generator<LogRecord[]> {
    for (const entries of entriesOf(bytes, unread)) {
      cursor = entries.at(-1)?.get("__CURSOR")?.toString() ?? cursor;
      yield entries.flatMap((entry) => journalRecord(entry) ?? []);
    }
  };
  return {
    // journald writes down what it has got some milliseconds later, on a busy machine more of them.
    lagMs: 500,
    *read() {
      if (!begun) {
        begun = true;
        return yield* records(outputOf(argv, env), { bytes: Buffer.alloc(0) });
      }
      const since = cursor === undefined ? [] : [`--after-cursor=${cursor}`];
      follower ??= startFollower([...argv, "--follow", "--no-tail", ...since], env);
      yield* records(available(follower.fd), follower);
    },
    [Symbol.dispose]() {
      if (follower !== undefined) endFollower(follower);
    },
  };
}

/** The begin of an entry whose end has not been read. */
interface Unread {
  bytes: Buffer;
}

function* entriesOf(chunks: Iterable<Buffer>, unread: Unread): Generator<Map<string, Buffer>[]> {
  for (const chunk of chunks) {
    const { entries, left } = parseJournal(Buffer.concat([unread.bytes, chunk]));
    unread.bytes = left;
    yield entries;
  }
}

/**
 * Reads what a program prints, to its end.
 * @throws {TspodError} If it fails; it has said why.
 */
function* outputOf(argv: readonly string[], env: Env): Generator<Buffer> {
  const { pid, fd } = startReading(argv, env);
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const size = readSync(fd, chunk);
      if (size === 0) break;
      yield chunk.subarray(0, size);
    }
  } finally {
    closeSync(fd);
  }
  const { code } = waitpid(pid);
  if (code !== 0) throw new TspodError(`reading the journal: journalctl ended with exit code ${code}`);
}

function startReading(argv: readonly string[], env: Env): { pid: number; fd: number } {
  const { readFd, writeFd } = pipe();
  try {
    const pid = spawn({ file: argv[0] ?? "", argv, env, fds: [-1, writeFd, 2] });
    return { pid, fd: readFd };
  } finally {
    closeSync(writeFd);
  }
}

interface Follower extends Unread {
  readonly pid: number;
  /** Read without waiting. */
  readonly fd: number;
}

function startFollower(argv: readonly string[], env: Env): Follower {
  const { pid, fd } = startReading(argv, env);
  try {
    const reader = openSync(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
    return { pid, fd: reader, bytes: Buffer.alloc(0) };
  } finally {
    closeSync(fd);
  }
}

function endFollower({ pid, fd }: Follower): void {
  closeSync(fd);
  process.kill(pid, "SIGKILL");
  waitpid(pid);
}

function* available(fd: number): Generator<Buffer> {
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const size = readIfThere(fd, chunk);
    if (size === 0) return;
    yield chunk.subarray(0, size);
  }
}

function readIfThere(fd: number, chunk: Buffer): number {
  try {
    return readSync(fd, chunk);
  } catch (error) {
    if (hasCode(error, "EAGAIN")) return 0;
    throw error;
  }
}
