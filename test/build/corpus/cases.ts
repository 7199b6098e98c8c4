import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DOCKERFILES, type DockerfileCase, dockerfileOf, MAKE_CONTEXT } from "./ideas.ts";
import { LARGE } from "./large.ts";
import { MORE_IDEAS } from "./more-ideas.ts";
import { ODD_IDEAS } from "./odd-ideas.ts";

export type { DockerfileCase } from "./ideas.ts";

export const CASES: readonly DockerfileCase[] = [...DOCKERFILES, ...MORE_IDEAS, ...ODD_IDEAS, ...LARGE];

/** Make the context of a case. @param directory absolute path of one that is not there yet */
export function makeCaseContext(directory: string, each: DockerfileCase): void {
  mkdirSync(directory, { recursive: true });
  execFileSync("sh", ["-ec", MAKE_CONTEXT], { cwd: directory });
  for (const [name, text] of Object.entries({ Dockerfile: dockerfileOf(each), ...each.files })) {
    mkdirSync(join(directory, dirname(name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}
