/**
 * The regular expression that a filter of IDs stands for: hexadecimal digits alone, small or large, are how
 * an ID begins, as with Podman 5; anything else is an expression that may fit anywhere.
 */
export function idPattern(value: string): string {
  return /^[0-9a-fA-F]+$/.test(value) ? `^${value.toLowerCase()}` : value;
}
