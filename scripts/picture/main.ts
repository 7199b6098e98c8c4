import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { picturesIn } from "./flowchart.ts";
import { layOut } from "./layout.ts";
import { renderSvg } from "./svg.ts";

/*
 * main.ts DIRECTORY   draws the pictures that README.md and docs/architecture.md describe: DIRECTORY/NAME.svg
 *
 * Hosts of repositories draw Mermaid by themselves; this is for readers of the installed documents, and needs
 * no browser. What it makes is not committed: the description is, where it is read.
 */
const REPOSITORY = resolve(import.meta.dirname, "../..");

const [directory] = process.argv.slice(2);
if (directory === undefined) {
  console.error("usage: main.ts DIRECTORY");
  process.exitCode = 1;
} else {
  mkdirSync(directory, { recursive: true });
  for (const file of ["README.md", "docs/architecture.md"])
    for (const [name, chart] of picturesIn(readFileSync(join(REPOSITORY, file), "utf8")))
      writeFileSync(join(directory, `${name}.svg`), renderSvg(layOut(chart), `tspod: ${name}`));
}
