import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Host } from "./host.ts";

/** A new context of a build with a Dockerfile and these files. @returns absolute path */
export function makeContext(
  host: Host,
  dockerfile: string,
  files: Readonly<Record<string, string>> = {},
): string {
  const directory = mkdtempSync(join(host.directory, "ctx-"));
  for (const [name, content] of Object.entries({ Dockerfile: dockerfile, ...files })) {
    mkdirSync(join(directory, dirname(name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}
