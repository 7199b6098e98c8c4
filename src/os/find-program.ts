import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

// A user's PATH often lacks the sbin directories, in which distributions put slirp4netns, runc and others.
const ALSO = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"];

/**
 * The absolute path of a program: an absolute or relative path is taken as it is, a name is looked for in
 * PATH and then in the system's directories. undefined where there is none.
 */
export function findProgram(name: string, path: string | undefined): string | undefined {
  if (name.includes("/")) return isExecutable(name) ? name : undefined;
  const directories = [
    ...(path ?? "").split(delimiter).filter((directory) => directory.startsWith("/")),
    ...ALSO,
  ];
  for (const directory of directories) {
    const file = join(directory, name);
    if (isExecutable(file)) return file;
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // the file is missing or not executable for us: either way it is no program that we can run
  }
}
