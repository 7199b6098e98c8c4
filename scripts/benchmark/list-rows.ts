import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "../../test/support/program.ts";
import { type TarEntry, tarArchive } from "../../test/support/tar-archive.ts";
import { duration, IMAGE } from "./command-rows.ts";
import { type Contest, type Contestant, inTurn } from "./contest.ts";
import type { BenchOptions } from "./options.ts";
import type { Row } from "./row.ts";

/** What is to be reached, as a share of podman's time. */
const GOAL = { ratio: 0.6, podman58: 0.3 };
const SETTLE_MS = 100;

/** How long `ps`, `images` and `inspect` take with few containers and images, and with a thousand. */
export async function listRows(contest: Contest, options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  let made = 0;
  for (const count of options.short ? [1, 100] : [1, 10, 100, 1000]) {
    for (const engine of contest.engines) makeMore(engine, made, count);
    made = count;
    rows.push(...(await rowsWith(contest, count, options)));
  }
  return rows;
}

/** Containers and images, each as small as can be, from a number on up to another. */
function makeMore({ program, host }: Contestant, from: number, to: number): void {
  const archive = join(host.directory, "images.tar");
  writeFileSync(archive, archiveOfImages(from, to));
  duration(program, ["load", "-q", "-i", archive], host.env);
  rmSync(archive);
  for (let number = from; number < to; number++)
    duration(program, ["create", "--name", `list-${number}`, "--network", "none", IMAGE, "true"], host.env);
}

/** Images `localhost/list-N` that differ in a label, with one layer: as `docker save` packs several. */
function archiveOfImages(from: number, to: number): Buffer {
  const layer = tarArchive([{ path: "file", content: Buffer.from("content") }]);
  const diffId = createHash("sha256").update(layer).digest("hex");
  const images = Array.from({ length: to - from }, (_, index) => {
    const number = from + index;
    const config = {
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      created: "2024-01-02T03:04:05Z",
      config: { Labels: { number: String(number) } },
      rootfs: { type: "layers", diff_ids: [`sha256:${diffId}`] },
      history: [{ created: "2024-01-02T03:04:05Z", created_by: "layer" }],
    };
    const content = Buffer.from(JSON.stringify(config));
    const path = `${createHash("sha256").update(content).digest("hex")}.json`;
    const described = { Config: path, RepoTags: [`localhost/list-${number}:latest`], Layers: ["layer.tar"] };
    return { entry: { path, content } satisfies TarEntry, described };
  });
  return tarArchive([
    { path: "layer.tar", content: layer },
    ...images.map(({ entry }) => entry),
    { path: "manifest.json", content: Buffer.from(JSON.stringify(images.map((each) => each.described))) },
  ]);
}

async function rowsWith(contest: Contest, count: number, { rounds }: BenchOptions): Promise<Row[]> {
  const calls: readonly (readonly [plot: string, of: string, args: readonly string[]])[] = [
    ["ps -a", "containers", ["ps", "-a"]],
    ["images", "images", ["images"]],
    ["inspect of one of many", "containers", ["inspect", "list-0"]],
  ];
  const rows: Row[] = [];
  for (const [plot, of, args] of calls) {
    const values = await inTurn(
      contest.engines,
      async ({ program, host }) => {
        await sleep(SETTLE_MS);
        return duration(program, args, host.env);
      },
      { rounds },
    );
    rows.push({
      what: `${plot}, ${count} ${of}`,
      unit: "ms",
      values,
      goal: GOAL,
      point: { plot, of, at: count },
    });
  }
  return rows;
}
