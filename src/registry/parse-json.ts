/** JSON that a server sent; undefined where it is none, which no schema takes. */
export function parseJsonBody(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch {
    return undefined;
  }
}
