/** Whether a text is the address of something that HTTP brings. The case of a scheme means nothing (RFC 3986, 3.1). */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
