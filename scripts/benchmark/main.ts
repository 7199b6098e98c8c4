import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dockerRegistries } from "../../test/support/docker-registry.ts";
import { busyboxLayer, makeImage } from "../../test/support/image.ts";
import { runProgram } from "../../test/support/program.ts";
import { type Registry, startRegistry } from "../../test/support/registry.ts";
import type { TarEntry } from "../../test/support/tar-archive.ts";
import { bigLayers } from "./big-layers.ts";
import { buildRows } from "./build-rows.ts";
import { commandRows, IMAGE } from "./command-rows.ts";
import { type Contestant, type ContestOptions, makeContest, onAll, type Registries } from "./contest.ts";
import { imageRows, removeStores } from "./image-rows.ts";
import { BIG_IMAGE, bigImageFiles, keepIdRows } from "./keep-id-rows.ts";
import { layerCounts, layeredImage, layerRows } from "./layer-rows.ts";
import { listRows } from "./list-rows.ts";
import { logRows } from "./logs-rows.ts";
import { manyRows } from "./many-rows.ts";
import { networkRows } from "./network-rows.ts";
import { type BenchOptions, parseOptions } from "./options.ts";
import { plotsOf } from "./plot/plots.ts";
import { podRows } from "./pod-rows.ts";
import { markdownPage, printTable, type RunFacts } from "./report.ts";
import { residentRows } from "./resident-rows.ts";
import type { Row } from "./row.ts";

/** Layers of the image that has many; Debian's images for languages have so many. */
const MANY = 12;

async function serveImages(options: BenchOptions): Promise<Registry> {
  const { files, rows } = options;
  const registry = await startRegistry();
  registry.add("busybox", "latest", makeImage());
  if (rows.has("layers"))
    for (const count of layerCounts(options))
      registry.add(layeredImage(count), "latest", makeImage({ layers: smallLayers(count) }));
  if (rows.has("keep-id"))
    registry.add(
      BIG_IMAGE,
      "latest",
      makeImage({ layers: [busyboxLayer(), ...bigLayers({ files: bigImageFiles(options), layers: 1 })] }),
    );
  if (!rows.has("disk") && !rows.has("memory")) return registry; // making these takes a minute
  registry.add("one", "latest", makeImage({ layers: bigLayers({ files, layers: 1 }) }));
  registry.add("many", "latest", makeImage({ layers: bigLayers({ files, layers: MANY }) }));
  return registry;
}

/** Busybox, and above it layers of one small file each. */
function smallLayers(count: number): TarEntry[][] {
  const above = Array.from({ length: count - 1 }, (_, index) => [
    { path: `layer${index}`, content: Buffer.from(String(index)) },
  ]);
  return [busyboxLayer(), ...above];
}

function contestOptions({ disk, podman58 }: BenchOptions): ContestOptions {
  return { parent: disk, podman58 };
}

async function commandGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, contestOptions(options));
  await onAll(contest, ["pull", "-q", IMAGE]);
  return [...(await commandRows(contest, options)), ...(await residentRows(contest))];
}

async function manyGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, contestOptions(options));
  await onAll(contest, ["pull", "-q", IMAGE]);
  return await manyRows(contest, options); // not before: the contest is closed when this returns
}

async function listGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, contestOptions(options));
  await onAll(contest, ["pull", "-q", IMAGE]);
  return await listRows(contest, options);
}

async function layerGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, contestOptions(options));
  return await layerRows(contest, options);
}

async function keepIdGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, contestOptions(options));
  return await keepIdRows(contest, options);
}

async function logGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, contestOptions(options));
  await onAll(contest, ["pull", "-q", IMAGE]);
  return await logRows(contest, options);
}

async function networkGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, contestOptions(options));
  await onAll(contest, ["pull", "-q", IMAGE]);
  return await networkRows(contest, options);
}

async function podGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, contestOptions(options));
  await onAll(contest, ["pull", "-q", IMAGE]);
  return await podRows(contest, options);
}

async function buildGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, { ...contestOptions(options), docker: options.docker });
  await onAll(contest, ["pull", "-q", IMAGE]);
  if (contest.buildkit !== undefined) await pullToDocker(contest.buildkit, registries.source);
  return await buildRows(contest, options);
}

/** Docker has no names for registries: it takes the image from its address. */
async function pullToDocker({ program, host: { env } }: Contestant, registry: string): Promise<void> {
  const name = `${registry}/busybox:latest`;
  for (const args of [
    ["pull", "-q", name],
    ["tag", name, IMAGE],
  ]) {
    const { code, stderr } = await runProgram(program, args, { env });
    if (code !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
  }
}

async function imageGroup(registries: Registries, place: Place, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, { ...contestOptions(options), parent: place.parent });
  const one = { image: "one", what: `1 layer of ${options.files} files`, ...place };
  const many = { image: "many", what: `${MANY} layers`, ...place };
  const rows = await imageRows(contest, one, options);
  if (place.inMemory) await removeStores(contest);
  rows.push(...(await imageRows(contest, many, options)));
  await removeStores(contest);
  return rows;
}

interface Place {
  /** Absolute path of the directory that has the stores. */
  readonly parent: string;
  readonly where: string;
  /** What is stored there takes memory from the programs. */
  readonly inMemory: boolean;
  /** What is to be reached by pull, as a share of podman's time. */
  readonly ratio: number;
}

async function versions(registries: Registries, options: BenchOptions): Promise<string[]> {
  await using contest = makeContest(registries, { ...contestOptions(options), parent: "/var/tmp" });
  const [tspod, ...podmans] = contest.engines;
  const own = (await tspod?.host.ok(["--version"])) ?? "";
  const others: string[] = [];
  for (const { host } of podmans) {
    const facts = "driver {{.Store.GraphDriverName}}, runtime {{.Host.OCIRuntime.Name}}";
    others.push(`${await host.ok(["--version"])}, ${await host.ok(["info", "-f", facts])}`);
  }
  if (options.docker !== undefined)
    others.push(execFileSync(`${options.docker}/bin/docker`, ["--version"], { encoding: "utf8" }).trim());
  const skopeo = execFileSync(contest.skopeo.program, ["--version"], { encoding: "utf8" }).trim();
  return [own, ...others, skopeo];
}

const DISK = { where: "disk", inMemory: false, ratio: 0.4 };
const MEMORY: Place = { parent: "/dev/shm", where: "tmpfs", inMemory: true, ratio: 0.4 };

/** Each of the groups that may be asked for, in the order in which they are measured. */
const MEASURE: Readonly<Record<string, (registries: Registries, options: BenchOptions) => Promise<Row[]>>> = {
  commands: commandGroup,
  many: manyGroup,
  lists: listGroup,
  layers: layerGroup,
  logs: logGroup,
  "keep-id": keepIdGroup,
  network: networkGroup,
  pods: podGroup,
  build: buildGroup,
  disk: (registries, options) => imageGroup(registries, { ...DISK, parent: options.disk }, options),
  memory: (registries, options) => imageGroup(registries, MEMORY, options),
};

/** As another user would type them, who has the stores, the page and the rivals elsewhere. */
function shownArguments(): string[] {
  const args = process.argv.slice(2);
  return args
    .filter((arg, index) => ![arg, args[index - 1]].some((each) => each === "--disk" || each === "--write"))
    .map((arg) => (arg.startsWith("/") ? "DIRECTORY" : arg));
}

function writePage(file: string, rows: readonly Row[], facts: RunFacts): void {
  writeFileSync(file, markdownPage(rows, facts));
  const directory = join(dirname(file), "benchmarks");
  for (const { fileName, svg } of plotsOf(rows)) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, fileName), svg);
  }
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) return;
  const registry = await serveImages(options);
  const targets = dockerRegistries();
  try {
    const registries = { source: registry.address, target: await targets.start() };
    const programs = await versions(registries, options);
    console.log(programs.join("; "));
    const rows: Row[] = [];
    for (const [group, measure] of Object.entries(MEASURE)) {
      if (!options.rows.has(group)) continue;
      const began = performance.now();
      rows.push(...(await measure(registries, options)));
      console.log(`${group}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
    printTable(rows);
    if (options.write !== undefined)
      writePage(options.write, rows, { versions: programs, arguments: shownArguments(), date: new Date() });
  } finally {
    targets.close();
    await registry.close();
  }
}

await main();
