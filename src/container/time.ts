/**
 * Now as RFC 3339 with nanoseconds and UTC: `2026-01-02T03:04:05.123456789Z`.
 * Date knows milliseconds; the rest comes from the process's high-resolution clock.
 */
export function nowRfc3339Nano(): string {
  const now = nowSeconds();
  const [seconds = "0", fraction = "0"] = now.split(".");
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** Now as `SECONDS.NANOSECONDS` since the epoch, the form of the monitor's files. */
export function nowSeconds(): string {
  const milliseconds = performance.timeOrigin + performance.now();
  const seconds = Math.floor(milliseconds / 1000);
  const nanoseconds = Math.floor((milliseconds - seconds * 1000) * 1e6);
  return `${seconds}.${String(nanoseconds).padStart(9, "0")}`;
}
