/** Of East Asian Width W or F, and emoji: UAX #11. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** What is drawn over its neighbour, or not at all. */
const NARROW = /\p{Mn}|\p{Me}|\p{Cf}/u;
const ASCII = /^[ -~]*$/;

/** How many columns of a terminal a text takes, without controls in it. */
export function screenWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += NARROW.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
