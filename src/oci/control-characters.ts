/** C0 ends below the space; DEL and C1 are from 0x7f to 0x9f. */
const [SPACE, DELETE, AFTER_C1] = [0x20, 0x7f, 0xa0];

/**
 * Whether a text has a control character, of Unicode's category Cc. Without a regular expression: to make one
 * of the category takes longer than to look at all names of a `run`.
 */
export function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < SPACE || (code >= DELETE && code < AFTER_C1)) return true;
  }
  return false;
}
