import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isFileName } from "../../oci/file-name.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";

/**
 * What was installed together goes together: `.NAME.app` in the user's directory lists the files, one a line,
 * as Podman 5.6 does.
 * @param directory of the user's quadlets
 * @returns the application's file → the names in it
 */
export function applications(directory: string): Map<string, string[]> {
  const found = namesIn(directory).filter((name) => /^\..+\.app$/.test(name));
  return new Map(found.map((name) => [name, linesOf(join(directory, name))]));
}

/** `.web.app`, where a file belongs to one. */
export function applicationOf(directory: string, fileName: string): string | undefined {
  return [...applications(directory)].find(([, names]) => names.includes(fileName))?.[0];
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // nothing is installed yet
  }
}

/** Names only: a path would lead out of the directory. */
function linesOf(path: string): string[] {
  return readSmallText(path)
    .split("\n")
    .map((line) => line.trim())
    .filter(isFileName);
}
