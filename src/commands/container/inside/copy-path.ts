/** One operand of `cp`. */
export interface CopyPath {
  /** Its name or ID; absent: this host. */
  readonly container?: string;
  readonly path: string;
}

/** `CONTAINER:PATH`, or a path on this host: one with a colon in it has to begin with `.` or `/`. */
export function parseCopyPath(text: string): CopyPath {
  const colon = text.indexOf(":");
  if (colon < 0 || /^[./]/.test(text)) return { path: text };
  return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}
