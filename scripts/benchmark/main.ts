import { execFileSync } from "node:child_process";
import Table from "cli-table3";
import { dockerRegistries } from "../../test/support/docker-registry.ts";
import { makeImage } from "../../test/support/image.ts";
import { type Registry, startRegistry } from "../../test/support/registry.ts";
import { bigLayers } from "./big-layers.ts";
import { buildRows } from "./build-rows.ts";
import { commandRows, IMAGE } from "./command-rows.ts";
import { makeContest, onBoth, type Registries } from "./contest.ts";
import { imageRows, removeStores } from "./image-rows.ts";
import { logRows } from "./logs-rows.ts";
import { manyRows } from "./many-rows.ts";
import { networkRows } from "./network-rows.ts";
import { type BenchOptions, parseOptions } from "./options.ts";
import { residentRows } from "./resident-rows.ts";
import { formatRow, HEAD, type Row } from "./row.ts";

/** Layers of the image that has many; Debian's images for languages have so many. */
const MANY = 12;

async function serveImages({ files }: BenchOptions): Promise<Registry> {
  const registry = await startRegistry();
  registry.add("busybox", "latest", makeImage());
  registry.add("one", "latest", makeImage({ layers: bigLayers({ files, layers: 1 }) }));
  registry.add("many", "latest", makeImage({ layers: bigLayers({ files, layers: MANY }) }));
  return registry;
}

async function commandGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, options.disk);
  await onBoth(contest, ["pull", "-q", IMAGE]);
  return [...(await commandRows(contest, options)), ...(await residentRows(contest))];
}

async function manyGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, options.disk);
  await onBoth(contest, ["pull", "-q", IMAGE]);
  return await manyRows(contest, options); // not before: the contest is closed when this returns
}

async function logGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, options.disk);
  await onBoth(contest, ["pull", "-q", IMAGE]);
  return await logRows(contest, options);
}

async function networkGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, options.disk);
  await onBoth(contest, ["pull", "-q", IMAGE]);
  return await networkRows(contest, options);
}

async function buildGroup(registries: Registries, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, options.disk);
  await onBoth(contest, ["pull", "-q", IMAGE]);
  return await buildRows(contest, options);
}

async function imageGroup(registries: Registries, place: Place, options: BenchOptions): Promise<Row[]> {
  await using contest = makeContest(registries, place.parent);
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
  /** What is to be reached by pull, as a share of podman's. */
  readonly ratio: number;
}

async function versions(registries: Registries): Promise<string> {
  await using contest = makeContest(registries, "/var/tmp");
  const { tspod, podman, skopeo } = contest;
  const driver = await podman.host.ok(["info", "-f", "{{.Store.GraphDriverName}}"]);
  const skopeos = execFileSync(skopeo.program, ["--version"], { encoding: "utf8" }).trim();
  return `${await tspod.host.ok(["--version"])}; ${await podman.host.ok(["--version"])}, driver ${driver}; ${skopeos}`;
}

const DISK = { where: "disk", inMemory: false, ratio: 0.5 };
const MEMORY: Place = { parent: "/dev/shm", where: "tmpfs", inMemory: true, ratio: 0.35 };

/** Each of the groups that may be asked for, in the order in which they are measured. */
const MEASURE: Readonly<Record<string, (registries: Registries, options: BenchOptions) => Promise<Row[]>>> = {
  commands: commandGroup,
  many: manyGroup,
  logs: logGroup,
  network: networkGroup,
  build: buildGroup,
  disk: (registries, options) => imageGroup(registries, { ...DISK, parent: options.disk }, options),
  memory: (registries, options) => imageGroup(registries, MEMORY, options),
};

function printTable(rows: readonly Row[]): void {
  const table = new Table({
    head: HEAD,
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right", "right", "right", "left"],
  });
  table.push(...rows.map(formatRow));
  console.log(table.toString());
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) return;
  const registry = await serveImages(options);
  const targets = dockerRegistries();
  try {
    const registries = { source: registry.address, target: await targets.start() };
    console.log(await versions(registries));
    const rows: Row[] = [];
    for (const [group, measure] of Object.entries(MEASURE))
      if (options.rows.has(group)) rows.push(...(await measure(registries, options)));
    printTable(rows);
  } finally {
    targets.close();
    await registry.close();
  }
}

await main();
