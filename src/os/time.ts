/**
 * Now, as RFC 3339 with nanoseconds: `2026-01-02T03:04:05.123000000Z`. The clock knows only milliseconds, but
 * Podman's readers expect nine digits.
 */
export function nowRfc3339Nano(): string {
  return `${new Date().toISOString().slice(0, -1)}000000Z`;
}

/** Now, as `SECONDS.NANOSECONDS` since the epoch: the form of the monitor's files. */
export function nowSeconds(): string {
  const now = Date.now();
  return `${Math.floor(now / 1000)}.${String(now % 1000).padStart(3, "0")}000000`;
}
