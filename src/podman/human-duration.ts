const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * About how long, in Docker's words: `Less than a second`, `About a minute`, `3 hours`.
 * @param seconds may have a fraction
 * @see https://github.com/docker/go-units (HumanDuration)
 */
export function humanDuration(seconds: number): string {
  if (seconds < 1) return "Less than a second";
  const whole = Math.floor(seconds);
  if (whole === 1) return "1 second";
  if (whole < MINUTE) return `${whole} seconds`;
  const minutes = Math.floor(seconds / MINUTE);
  if (minutes === 1) return "About a minute";
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.floor(seconds / HOUR + 0.5);
  if (hours === 1) return "About an hour";
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(seconds / DAY / 365)} years`;
}

/** `3 hours ago`. @param now milliseconds since the epoch @param then likewise */
export function ago(now: number, then: number): string {
  return `${humanDuration((now - then) / 1000)} ago`;
}
