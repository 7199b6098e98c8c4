/** A text between the quotation marks of dot(1). */
export function dotText(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

const LINE = 18;
const MARGIN = 16;
const CHARACTER = 7.5;
/** Characters. */
const WIDTH_MIN = 20;

/** A picture in SVG: a box for each list of lines, below each other; the first line is a heading. */
export function boxesSvg(boxes: readonly (readonly string[])[]): string[] {
  let top = MARGIN;
  const widest = Math.max(WIDTH_MIN, ...boxes.flatMap((lines) => lines.map(({ length }) => length)));
  const width = Math.ceil(widest * CHARACTER) + 2 * MARGIN;
  const drawn = boxes.flatMap((lines) => {
    const height = (lines.length + 1) * LINE;
    const y = top;
    top += height + MARGIN;
    return [
      `  <rect x="${MARGIN}" y="${y}" width="${width}" height="${height}" rx="6" fill="none" stroke="#456"/>`,
      ...lines.map(
        (line, index) =>
          `  <text x="${2 * MARGIN}" y="${y + (index + 1) * LINE}"${index === 0 ? ' font-weight="bold"' : ""} xml:space="preserve">${escaped(line)}</text>`,
      ),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 2 * MARGIN}" height="${top}" font-family="monospace" font-size="12">`,
    ...drawn,
    "</svg>",
  ];
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
