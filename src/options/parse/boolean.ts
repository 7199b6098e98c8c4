const TRUE = new Set(["1", "t", "T", "true", "TRUE", "True"]);
const FALSE = new Set(["0", "f", "F", "false", "FALSE", "False"]);

/**
 * What a text says as Go reads it.
 * @returns undefined where it is neither true nor false
 * @see https://pkg.go.dev/strconv#ParseBool
 */
export function parseBoolean(text: string): boolean | undefined {
  return TRUE.has(text) || (FALSE.has(text) ? false : undefined);
}
