import { digestHex } from "../oci/digest.ts";
import { shortId } from "../oci/short-id.ts";
import { formatAmount, formatBar, startTransfer, type Transfer } from "../options/format-transfer.ts";
import {
  type BlobProgress,
  type BlobStart,
  type PullProgress,
  silentProgress,
} from "./pull/pull-progress.ts";

/**
 * How a pull is shown: bars on a terminal, podman's lines elsewhere, nothing for --quiet.
 * @param terminal whether stderr is one
 * @param write one line to stderr
 */
export async function openProgress({
  quiet,
  terminal,
  write,
}: {
  readonly quiet: boolean;
  readonly terminal: boolean;
  readonly write: (line: string) => void;
}): Promise<PullProgress> {
  if (quiet) return silentProgress();
  return terminal ? barProgress(process.stderr) : lineProgress(write);
}

/** Podman's lines, for logs and pipes. @param write one line to stderr */
function lineProgress(write: (line: string) => void): PullProgress {
  const nothing: BlobProgress = { advance: () => undefined, resume: () => undefined, done: () => undefined };
  return {
    trying: (reference) => write(`Trying to pull ${reference}...`),
    note: write,
    sources: () => write("Getting image source signatures"),
    blob: ({ kind, digest }) => {
      write(`Copying ${kind} ${digest}`);
      return nothing;
    },
    writing: () => write("Writing manifest to image destination"),
    end: () => undefined,
  };
}

/**
 * Progress with a bar for each blob, below one for all of them.
 * @param stream the terminal
 */
async function barProgress(stream: NodeJS.WriteStream): Promise<PullProgress> {
  const { default: progress } = await import("cli-progress");
  const bars = new progress.MultiBar({
    stream,
    hideCursor: true,
    forceRedraw: true,
    linewrap: false,
    fps: 10,
    // The signals are main's business, and a second listener here would end the process before it has cleaned
    // up.
    gracefulExit: false,
    format: (_, __, payload: Payload) => payload.line(),
  });
  const all = startTransfer(() => performance.now());
  let [shown, complete] = [0, false];
  const line = (text: string): void => {
    if (shown === 0) stream.write(`${text}\n`);
    else bars.log(`${text}\n`);
  };
  // A second stop() would draw all bars again.
  const stop = (): void => {
    if (shown > 0) bars.stop();
    shown = 0;
  };
  const total = (): string =>
    `${"All blobs".padEnd("Copying blob 0123456789ab".length)} [${formatBar(all.share() ?? 0)}] ${complete ? all.summary() : all.text()}`;
  return {
    trying: (reference) => line(`Trying to pull ${reference}...`),
    note: line,
    sources: (bytes) => {
      all.expect(bytes);
      line("Getting image source signatures");
    },
    blob: (start) => {
      if (shown++ === 0) bars.create(1, 0, { line: total } satisfies Payload);
      return barOf(bars, start, all);
    },
    writing: () => {
      complete = true;
      stop();
      line("Writing manifest to image destination");
    },
    end: stop,
  };
}

/** What a bar of cli-progress is drawn by. */
interface Payload {
  readonly line: () => string;
}

interface Bars {
  create(total: number, startValue: number, payload: Payload): unknown;
}

function barOf(bars: Bars, { kind, digest, size, present }: BlobStart, all: Transfer): BlobProgress {
  const name = `Copying ${kind} ${shortId(digestHex(digest))}`;
  let state = present ? "skipped: already exists" : "";
  // What an earlier try had left is shown in another shade; a blob that is sent again starts anew.
  let [before, came] = [0, 0];
  if (present) all.skip(size);
  bars.create(1, 0, {
    line() {
      if (state !== "") return `${name} [${formatBar(1)}] ${state}`;
      const there = Math.min(before + came, size);
      const resumed = before === 0 ? "" : ` (${formatAmount(before)} of an earlier try)`;
      const bar = formatBar(there / Math.max(size, 1), before / Math.max(size, 1));
      return `${name} [${bar}] ${formatAmount(there)} / ${formatAmount(size)}${resumed}`;
    },
  });
  return {
    advance(bytes) {
      came += bytes;
      all.advance(bytes);
    },
    resume(bytes) {
      before += bytes;
      all.skip(bytes);
    },
    done(how) {
      if (!present) state = how ?? "done";
      if (!present && before + came < size) all.skip(size - before - came);
    },
  };
}
