/** A text between the quotation marks of dot(1). */
export function dotText(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/** Between the base lines of two lines. */
export const LINE = 18;
/** Around boxes, and within them to the left and right of a text. */
export const MARGIN = 16;
/** The width of a character, more than less. */
export const CHARACTER = 7.5;
/** Characters. */
const WIDTH_MIN = 20;

/** A picture in SVG: a box for each list of lines, below each other; the first line is a heading. */
export function boxesSvg(boxes: readonly (readonly string[])[]): string[] {
  let top = MARGIN;
  const widest = Math.max(WIDTH_MIN * CHARACTER, ...boxes.map(textWidth));
  const width = Math.ceil(widest) + 2 * MARGIN;
  const drawn = boxes.flatMap((lines) => {
    const height = (lines.length + 1) * LINE;
    const y = top;
    top += height + MARGIN;
    return boxSvg(lines, { x: MARGIN, y, width, height });
  });
  return svg(width + 2 * MARGIN, top, drawn);
}

/** A picture of that size. */
export function svg(width: number, height: number, drawn: readonly string[]): string[] {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="monospace" font-size="12">`,
    ...drawn,
    "</svg>",
  ];
}

/** A box and its lines; the first one is a heading. */
export function boxSvg(
  lines: readonly string[],
  { x, y, width, height }: Readonly<Record<"x" | "y" | "width" | "height", number>>,
): string[] {
  return [
    `  <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="none" stroke="#456"/>`,
    ...lines.map((line, index) =>
      textSvg(line, { x: x + MARGIN, y: y + (index + 1) * LINE, bold: index === 0 }),
    ),
  ];
}

/** A line of text that begins at a point of its base line. */
export function textSvg(
  text: string,
  { x, y, bold = false }: { readonly x: number; readonly y: number; readonly bold?: boolean },
): string {
  return `  <text x="${x}" y="${y}"${bold ? ' font-weight="bold"' : ""} xml:space="preserve">${escaped(text)}</text>`;
}

/** Of the longest line. */
export function textWidth(lines: readonly string[]): number {
  return Math.ceil(Math.max(0, ...lines.map(({ length }) => length)) * CHARACTER);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
