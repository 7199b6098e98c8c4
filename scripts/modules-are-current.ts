import { readFileSync } from "node:fs";

/**
 * `modules-are-current.ts LOCK INSTALLED` ends with 0 if node_modules has what package-lock.json asks for.
 * INSTALLED is npm's own record of what it has installed (node_modules/.package-lock.json), whoever has
 * started npm. It lacks what is optional and not for this machine.
 */
interface Lock {
  readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly optional?: boolean }>>;
}

function readLock(path: string): Lock["packages"] {
  return (JSON.parse(readFileSync(path, "utf8")) as Lock).packages;
}

const [lock = "", installed = ""] = process.argv.slice(2);
const asked = readLock(lock);
const there = readLock(installed);
const lacking = Object.entries(asked).some(([path, { integrity, optional }]) => {
  const found = there[path];
  return path !== "" && (found === undefined ? !optional : found.integrity !== integrity);
});
process.exitCode = lacking || Object.keys(there).some((path) => !(path in asked)) ? 1 : 0;
