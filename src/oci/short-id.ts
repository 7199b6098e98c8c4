const SHORT_ID = 12;

/** The first twelve hex digits of an ID, as lists show it. @param id in hex, without an algorithm */
export function shortId(id: string): string {
  return id.slice(0, SHORT_ID);
}
