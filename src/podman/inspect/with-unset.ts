/**
 * Fields that JSON leaves out, such as Go's omitempty where they are empty, but that a template can name all
 * the same.
 */
export function withUnset<T extends object>(value: T, unset: Readonly<Record<string, unknown>>): T {
  for (const [name, empty] of Object.entries(unset))
    if (!(name in value)) Object.defineProperty(value, name, { value: empty, enumerable: false });
  return value;
}
