/**
 * The mount points of a mount namespace, in the order of their mounting. A path on which something was
 * mounted several times stands there as often.
 * @param text of /proc/self/mountinfo
 * @see proc(5)
 */
export function mountPoints(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.split(" ", 5)[4])
    .filter((path) => path !== undefined)
    .map((path) =>
      path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}
