const DECIMAL_UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

/**
 * A size in decimal units, `7.86MB`.
 * @param bytes not negative
 * @see https://github.com/docker/go-units (HumanSize: 4 significant digits, HumanSizeWithPrecision)
 */
export function humanSize(bytes: number, { digits = 4, separator = "" } = {}): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < DECIMAL_UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${significant(size, digits)}${separator}${DECIMAL_UNITS[unit]}`;
}

/** Go's `%.4g`: no trailing zeros. */
function significant(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}
