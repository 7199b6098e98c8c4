import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CASES, type DockerfileCase, makeCaseContext } from "./cases.ts";
import { comparedConfig, type Outcome, readTree, type Tree, treeChanges } from "./outcome.ts";

/*
 * Writes expected.json: what Docker's BuildKit makes of each case. The image "base" is there, made by
 * test/support/image.ts and loaded: `docker load`, `docker tag … base`.
 * Usage, as root: node test/build/corpus/record.ts [OUTPUT [PART-OF-A-NAME]]
 * With a part of a name only such cases are recorded anew.
 */

const docker = (...args: string[]) => spawnSync("docker", args, { encoding: "utf8", maxBuffer: 1 << 26 });

async function record(each: DockerfileCase, base: Tree, directory: string): Promise<Outcome> {
  const context = join(directory, "context");
  const tar = join(directory, "out.tar");
  rmSync(context, { recursive: true, force: true });
  makeCaseContext(context, each);
  const flags = [
    "--network",
    "none",
    "--progress",
    "plain",
    ...(each.args ?? []).filter((arg) => arg !== "--pull=false"),
  ];
  const built = docker("build", "-t", "recorded", ...flags, context);
  if (built.status !== 0) {
    const [, code] = /did not complete successfully: exit code: (\d+)/.exec(built.stderr) ?? [];
    return { exit: Number(code ?? 1) };
  }
  const exported = docker("build", "-o", `type=tar,dest=${tar}`, ...flags, context);
  if (exported.status !== 0) throw new Error(`${each.name}: ${exported.stderr}`);
  const [image] = JSON.parse(docker("image", "inspect", "recorded").stdout) as {
    Config: Record<string, unknown>;
  }[];
  return {
    exit: 0,
    files: treeChanges(base, await readTree(tar)),
    config: comparedConfig(image?.Config ?? {}),
  };
}

const directory = mkdtempSync(join(tmpdir(), "record-"));
const plain: DockerfileCase = { name: "the base", lines: "LABEL a=1" };
const context = join(directory, "base");
makeCaseContext(context, plain);
docker("build", "--network", "none", "-o", `type=tar,dest=${join(directory, "base.tar")}`, context);
const base = await readTree(join(directory, "base.tar"));
const [output = join(import.meta.dirname, "expected.json"), wanted] = process.argv.slice(2);
const known =
  wanted === undefined ? {} : (JSON.parse(readFileSync(output, "utf8")) as Record<string, Outcome>);
const outcomes: Record<string, Outcome> = {};
for (const each of CASES) {
  const kept = known[each.name];
  if (kept !== undefined && !each.name.includes(wanted ?? "")) {
    outcomes[each.name] = kept;
    continue;
  }
  outcomes[each.name] = await record(each, base, directory);
  process.stderr.write(`${each.name}: ${outcomes[each.name]?.exit}\n`);
}
rmSync(directory, { recursive: true });
writeFileSync(
  output,
  `{\n${Object.entries(outcomes)
    .map(([name, outcome]) => `${JSON.stringify(name)}: ${JSON.stringify(outcome)}`)
    .join(",\n")}\n}\n`,
);
