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
  const nothing: BlobProgress = { advance: () => undefined, done: () => undefined };
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
 * Progress with a bar for each blob.
 * @param stream the terminal
 */
async function barProgress(stream: NodeJS.WriteStream): Promise<PullProgress> {
  const { default: progress } = await import("cli-progress");
  const bars = new progress.MultiBar({
    stream,
    hideCursor: true,
    forceRedraw: true,
    linewrap: false,
    barsize: 24,
    fps: 10,
    // The signals are main's business, and a second listener here would end the process before it has cleaned
    // up.
    gracefulExit: false,
    format: (options, { progress: share }, { kind, digest, size, state }) => {
      const full = Math.round(share * (options.barsize ?? 24));
      const bar = "=".repeat(full).padEnd(options.barsize ?? 24);
      const amount = state === "" ? `${humanSize(share * size)} / ${humanSize(size)}` : state;
      return `Copying ${kind} ${digest.slice("sha256:".length, "sha256:".length + 12)} [${bar}] ${amount}`;
    },
  });
  let shown = 0;
  const line = (text: string): void => {
    if (shown === 0) stream.write(`${text}\n`);
    else bars.log(`${text}\n`);
  };
  // A second stop() would draw all bars again.
  const stop = (): void => {
    if (shown > 0) bars.stop();
    shown = 0;
  };
  return {
    trying: (reference) => line(`Trying to pull ${reference}...`),
    note: line,
    sources: () => line("Getting image source signatures"),
    blob: (start) => {
      shown++;
      return barOf(bars, start);
    },
    writing: () => {
      stop();
      line("Writing manifest to image destination");
    },
    end: stop,
  };
}

interface Bars {
  create(total: number, startValue: number, payload: object): Bar;
}

interface Bar {
  increment(step: number): void;
  update(current: number, payload: object): void;
}

function barOf(bars: Bars, { kind, digest, size, present }: BlobStart): BlobProgress {
  const state = present ? "skipped: already exists" : "";
  const bar = bars.create(Math.max(size, 1), present ? Math.max(size, 1) : 0, { kind, digest, size, state });
  return {
    advance: (bytes) => bar.increment(bytes),
    done: (how) => bar.update(Math.max(size, 1), { state: present ? state : (how ?? "done") }),
  };
}

/** As Podman's bars: binary units, one digit. */
function humanSize(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)}${units[power]}`;
}
