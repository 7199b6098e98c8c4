/** Whether a text is the address of what HTTP brings. A scheme has no case: RFC 3986, 3.1. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
