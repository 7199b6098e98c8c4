type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * A server's limit, in words for the user: `limit 100 requests in 6h, resets in 42s`. The headers are the
 * IETF draft's, Docker Hub's form of them (`100;w=21600`), and the older ones with X- and a point in time.
 * @param retryAfterMs what Retry-After says
 * @param now milliseconds since the epoch
 * @returns undefined where it says nothing
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function rateLimitText(
  headers: Headers,
  { retryAfterMs, now }: { retryAfterMs: number | undefined; now: number },
): string | undefined {
  const limit = limitOf(headers);
  const reset = retryAfterMs ?? resetOf(headers, now);
  const parts = [
    ...(limit === undefined ? [] : [limit]),
    ...(reset === undefined ? [] : [`resets in ${span(reset / 1000)}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

function limitOf(headers: Headers): string | undefined {
  const [, count, rest = ""] = /^\s*(\d+)(.*)$/s.exec(either(headers, "limit") ?? "") ?? [];
  if (count === undefined) return undefined;
  const [, window] = /;\s*w=(\d+)/.exec(rest) ?? [];
  return `limit ${count} requests${window === undefined ? "" : ` in ${span(Number(window))}`}`;
}

/** Seconds to wait, or (what is too large for that) seconds since the epoch. @returns milliseconds to wait */
function resetOf(headers: Headers, now: number): number | undefined {
  const [, text] = /^\s*(\d+)/.exec(either(headers, "reset") ?? "") ?? [];
  if (text === undefined) return undefined;
  const seconds = Number(text);
  return seconds > POINT_IN_TIME ? Math.max(0, seconds * 1000 - now) : seconds * 1000;
}

/** Seconds: no limit lasts 30 years. */
const POINT_IN_TIME = 1e9;

function either(headers: Headers, name: string): string | undefined {
  return [headers[`ratelimit-${name}`] ?? headers[`x-ratelimit-${name}`]].flat()[0];
}

/** `90` → `1m30s`. */
function span(seconds: number): string {
  const whole = Math.ceil(seconds);
  const parts = [
    [Math.floor(whole / 3600), "h"],
    [Math.floor((whole % 3600) / 60), "m"],
    [whole % 60, "s"],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
  return shown.length === 0 ? "0s" : shown.join("");
}
