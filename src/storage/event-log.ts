import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { integer, map, members, oneOf, soundJson, text } from "../oci/shape.ts";
import { hasCode } from "../os/system-error.ts";
import type { StoreEvent } from "./events.ts";
import type { Store } from "./store.ts";

/** The event log, read as it grows. */
export interface EventLog extends Disposable {
  /** The events since the last call; at first all there are. Lines that are no events are passed over. */
  read(): StoreEvent[];
}

const CHUNK = 64 * 1024;

/**
 * Follows the log also where its older half is dropped: then it is another file, that begins with lines
 * already read.
 */
export function openEventLog(store: Store): EventLog {
  let fd: number | undefined;
  let rest = "";
  let last = "";
  const close = (): void => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
    rest = "";
  };
  const lines = (): string[] => {
    if (fd === undefined) return [];
    const found = (rest + readToEnd(fd)).split("\n");
    rest = found.pop() ?? "";
    return found;
  };
  return {
    read() {
      const found = lines();
      last = found.at(-1) ?? last;
      if (fd === undefined || isReplaced(fd, store.events)) {
        close();
        fd = openIfThere(store.events);
        const anew = lines();
        found.push(...anew.slice(anew.lastIndexOf(last) + 1));
        last = found.at(-1) ?? last;
      }
      return found.flatMap(parseEvent);
    },
    [Symbol.dispose]: close,
  };
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined; // nothing has happened yet
    throw error;
  }
}

function isReplaced(fd: number, path: string): boolean {
  return fstatSync(fd).ino !== statSync(path, { throwIfNoEntry: false })?.ino;
}

function readToEnd(fd: number): string {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.alloc(CHUNK);
    const size = readSync(fd, chunk);
    if (size === 0) return Buffer.concat(chunks).toString();
    chunks.push(chunk.subarray(0, size));
  }
}

const eventShape = members(
  {
    Status: text,
    Time: text,
    Type: oneOf("container", "image", "volume", "network", "pod", "secret", "system"),
  },
  {
    ID: text,
    Image: text,
    Name: text,
    Attributes: map(text),
    ContainerExitCode: integer,
    health_status: text,
    health_failing_streak: integer,
    health_log: text,
    Error: text,
    Network: text,
  },
);

/** A full disk cuts a line short. */
function parseEvent(line: string): StoreEvent[] {
  const event = soundJson(eventShape, line);
  return event === undefined ? [] : [event];
}
