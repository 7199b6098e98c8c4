const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g;

/**
 * The first key that stands twice in one object of a JSON text, or undefined. JSON.parse() takes the last one
 * silently, others the first: what decides about trust must not mean two things.
 * @param text valid JSON
 */
export function duplicateKey(text: string): string | undefined {
  const objects: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(TOKEN)) {
    if (token === "{") objects.push(new Set());
    else if (token === "}") objects.pop();
    else if (colon !== undefined) {
      const key = String(JSON.parse(token.slice(0, -colon.length))); // the token is a string's
      const keys = objects.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
