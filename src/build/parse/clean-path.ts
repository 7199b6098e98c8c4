/**
 * A path as Go's path.Clean makes it: no doubled slashes, no `.`, no `..` that can be resolved; never empty.
 */
export function cleanPath(path: string): string {
  const isAbsolute = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isAbsolute) parts.push("..");
  }
  if (isAbsolute) return `/${parts.join("/")}`;
  return parts.join("/") || ".";
}

/**
 * A path beneath a root: clean, without a slash in front, and "" for the root itself; `..` ends at the root.
 */
export function pathBeneath(path: string): string {
  return cleanPath(`/${path}`).slice(1);
}
