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
    .map(unescaped);
}

/**
 * What is mounted in a mount namespace, in the order of the mounting: type, and the file system's own
 * options.
 * @param text of /proc/self/mountinfo
 */
export function fileSystems(text: string): { readonly type: string; readonly options: readonly string[] }[] {
  return text.split("\n").flatMap((line) => {
    const [type, , options] = (line.split(" - ", 2)[1] ?? "").split(" ");
    if (type === undefined || options === undefined) return [];
    return [{ type, options: options.split(",").map(unescaped) }];
  });
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
