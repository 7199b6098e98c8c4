const UNITS = [
  ["ns", 1],
  ["µs", 1e3],
  ["ms", 1e6],
] as const;
const SECOND = 1e9;

/**
 * Nanoseconds as Go prints a duration: `1h2m3.5s`, `914.52453ms`, `0s`.
 * @param nanoseconds whole
 * @see https://pkg.go.dev/time#Duration.String
 */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds < 0) return `-${formatDuration(-nanoseconds)}`;
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < SECOND) {
    const [unit, size] = UNITS.findLast(([, each]) => nanoseconds >= each) ?? UNITS[0];
    return `${decimal(Math.floor(nanoseconds / size), nanoseconds % size, String(size).length - 1)}${unit}`;
  }
  const whole = Math.floor(nanoseconds / SECOND);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const seconds = `${decimal(whole % 60, nanoseconds % SECOND, 9)}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

function decimal(whole: number, fraction: number, digits: number): string {
  const text = String(fraction).padStart(digits, "0").replace(/0+$/, "");
  return digits === 0 || text === "" ? String(whole) : `${whole}.${text}`;
}
