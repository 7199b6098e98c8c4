import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Result, runProgram } from "../support/program.ts";
import { IMAGE } from "../support/world.ts";
import { isExpected, OBJECTS, PODS, podText, ROWS } from "./field-rows.ts";
import { DIFFERS_FROM_PODMAN } from "./podman-fields.ts";

// `node test/kube/compare-with-podman.ts PODMAN ROOT.tar`: plays the rows' documents with PODMAN, a Podman of
// 5.8 or later, with the image imported from ROOT.tar, a root file system with sleep(1). Its exit code is 1
// if a row differs that podman-fields.ts does not name, or one does not that it names.

const [podman = "podman", archive] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), "ts-fields-"));
mkdirSync(join(directory, "host"));
writeFileSync(join(directory, "host/file"), "");

const run = (...args: string[]): Promise<Result> => runProgram(podman, args, { cwd: directory });

/** What inspect says of the container; or why there is none. */
async function played(name: string, text: string, format: string, ofInfra: boolean): Promise<string> {
  // Podman knows no RuntimeClass, and refuses a Secret that is there.
  const objects = OBJECTS.split("---\n").filter((object) => !object.includes("RuntimeClass"));
  writeFileSync(join(directory, "row.yaml"), [...objects, text].join("\n---\n"));
  const play = await run("kube", "play", "--start=false", "row.yaml");
  const infra = ofInfra ? await run("pod", "inspect", "--format", "{{.InfraContainerID}}", name) : undefined;
  const inspect = await run("inspect", "--format", format, infra?.stdout.trim() ?? `${name}-c`);
  await run("pod", "rm", "-f", "-t", "0", name);
  await run("secret", "rm", "s");
  await run("volume", "prune", "-f", "-a");
  return play.code === 0 ? inspect.stdout.replace(/\n$/, "") : play.stderr.trim();
}

const rows = [
  ...ROWS.map(([field, container, spec, format, expected], index) => {
    const name = `row-${index}`;
    return { field, name, text: podText(name, container, spec, join(directory, "host")), format, expected };
  }),
  ...PODS.map(([field, spec, format, expected], index) => {
    const name = `pod-${index}`;
    return { field, name, text: podText(name, "", spec, join(directory, "host")), format, expected };
  }),
];

if (archive !== undefined) await run("import", archive, IMAGE);
let differs = 0;
let wrong = 0;
for (const { field, name, text, format, expected } of rows) {
  const actual = await played(name, text, format, name.startsWith("pod-"));
  const same = isExpected(actual, expected);
  const reason = name.startsWith("row-") ? DIFFERS_FROM_PODMAN[field] : undefined;
  if (!same) differs++;
  if (same === (reason === undefined)) continue;
  wrong++;
  process.stdout.write(`${name} ${field}: ${same ? "no longer differs" : `differs: ${actual}`}\n`);
}
rmSync(directory, { recursive: true });
process.stdout.write(
  `${rows.length - differs} of ${rows.length} as here, ${differs} differ, ${wrong} not as written\n`,
);
process.exitCode = wrong === 0 ? 0 : 1;
