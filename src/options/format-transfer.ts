const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
/** Milliseconds that a rate is the mean of: long enough to be read, short enough to be true. */
const WINDOW_MS = 5000;
const SAMPLE_MS = 200;

/** As Podman's bars: binary units, one digit. */
export function formatAmount(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)}${UNITS[power]}`;
}

/** Columns of a bar. */
const BAR_SIZE = 24;

/** A bar's inside. @param share between 0 and 1; @param before the part of it that an earlier try had left */
export function formatBar(share: number, before = 0): string {
  const [full, old] = [Math.round(Math.min(share, 1) * BAR_SIZE), Math.round(Math.min(before, 1) * BAR_SIZE)];
  return ("-".repeat(old) + "=".repeat(Math.max(full - old, 0))).padEnd(BAR_SIZE);
}

/** Told by what moves bytes: phase by phase, how many are to come where that is known, and each step. */
export interface TransferCounter {
  /** @param what a phase in a few words: `Storing layers`; @param total bytes that are to come */
  begin(what: string, total?: number): void;
  advance(bytes: number): void;
}

/** The same bytes, counted as they pass. */
export async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  counter: TransferCounter | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    counter?.advance(chunk.length);
    yield chunk;
  }
}

/** What is known of bytes on their way. */
export interface Transfer {
  /** More bytes that are to come. */
  expect(bytes: number): void;
  /** Bytes that came. */
  advance(bytes: number): void;
  /** Bytes that were there already: they are part of the total, and no part of the rate. */
  skip(bytes: number): void;
  /** Between 0 and 1; undefined where nobody knows how much is to come. */
  share(): number | undefined;
  /** `3.1MiB / 40.0MiB, 1.2MiB/s, 31s left`; without a total `3.1MiB, 1.2MiB/s`. */
  text(): string;
  /** What has come, and in which time: `40.0MiB in 33s`. */
  summary(): string;
}

/** @param clock milliseconds, from any beginning */
export function startTransfer(clock: () => number): Transfer {
  const began = clock();
  const samples = [{ time: began, came: 0 }];
  let [came, skipped, total] = [0, 0, 0];

  /** Bytes a second. */
  function rate(): number {
    const now = clock();
    while (samples.length > 1 && now - (samples[1]?.time ?? now) >= WINDOW_MS) samples.shift();
    const { time, came: before } = samples[0] ?? { time: began, came: 0 };
    return now > time ? ((came - before) * 1000) / (now - time) : 0;
  }

  return {
    expect: (bytes) => {
      total += bytes;
    },
    advance(bytes) {
      came += bytes;
      const now = clock();
      if (now - (samples.at(-1)?.time ?? now) >= SAMPLE_MS) samples.push({ time: now, came });
    },
    skip: (bytes) => {
      skipped += bytes;
    },
    share: () => (total === 0 ? undefined : Math.min((came + skipped) / total, 1)),
    text() {
      const speed = rate();
      const done = came + skipped;
      const perSecond = speed > 0 ? `, ${formatAmount(speed)}/s` : "";
      if (total === 0) return `${formatAmount(done)}${perSecond}`;
      const left = Math.max(total - done, 0);
      const time = speed > 0 && left > 0 ? `, ${formatSeconds(left / speed)} left` : "";
      return `${formatAmount(Math.min(done, total))} / ${formatAmount(total)}${perSecond}${time}`;
    },
    summary: () => `${formatAmount(came)} in ${formatSeconds((clock() - began) / 1000)}`,
  };
}

/** `8s`, `3m05s`, `2h07m`: what is left of a second counts as one. */
function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
}
