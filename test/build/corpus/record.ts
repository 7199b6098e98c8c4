import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUILDERS, type Builder } from "./builders.ts";
import { CASES, type DockerfileCase, makeCaseContext } from "./cases.ts";
import { type Outcome, readTree, recordedText, type Tree, treeChanges } from "./outcome.ts";

/*
 * Writes what another builder makes of each case. The image "base" is there, made by test/support/image.ts
 * and loaded: `docker load`, `docker tag … base`.
 * Usage, as root: node test/build/corpus/record.ts docker|buildah OUTPUT [PART-OF-A-NAME]
 * With a part of a name only such cases are recorded anew.
 */

const NO_NETWORK = ["--network", "none"];

async function record(
  each: DockerfileCase,
  { builder, base, directory }: { builder: Builder; base: Tree; directory: string },
): Promise<Outcome> {
  const context = join(directory, "context");
  const tar = join(directory, "out.tar");
  rmSync(context, { recursive: true, force: true });
  makeCaseContext(context, each);
  const flags = [...NO_NETWORK, ...(each.args ?? [])];
  const exit = builder.build(context, flags);
  if (exit !== 0) return { exit };
  builder.exportTar(tar, context, flags);
  return { exit, files: treeChanges(base, await readTree(tar)), config: builder.config() };
}

const [program = "", output = "", wanted] = process.argv.slice(2);
const builder = BUILDERS[program];
if (builder === undefined || output === "") throw new Error("usage: record.ts docker|buildah OUTPUT [PART]");
const directory = mkdtempSync(join(tmpdir(), "record-"));
const context = join(directory, "base");
makeCaseContext(context, { name: "the base", lines: "LABEL a=1" });
builder.build(context, NO_NETWORK);
builder.exportTar(join(directory, "base.tar"), context, NO_NETWORK);
const base = await readTree(join(directory, "base.tar"));
const known =
  wanted === undefined ? {} : (JSON.parse(readFileSync(output, "utf8")) as Record<string, Outcome>);
const outcomes: Record<string, Outcome> = {};
for (const each of CASES) {
  const kept = known[each.name];
  if (kept !== undefined && !each.name.includes(wanted ?? "")) {
    outcomes[each.name] = kept;
    continue;
  }
  outcomes[each.name] = await record(each, { builder, base, directory });
  process.stderr.write(`${each.name}: ${outcomes[each.name]?.exit}\n`);
}
rmSync(directory, { recursive: true });
writeFileSync(output, recordedText(outcomes));
