import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";
import { layerTarget } from "./layer-target.ts";
import { chooseSeed } from "./random.ts";
import { allTargets } from "./targets.ts";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
const seed = chooseSeed(process.env);
console.log(`TSPOD_FUZZ_SEED=${seed}`);
const directory = mkdtempSync(join(tmpdir(), "tspod-fuzz-"));
const makeInside = (name: string): string => {
  const path = join(directory, name);
  mkdirSync(path);
  return path;
};
try {
  const targets = [...allTargets(makeInside("files")), layerTarget(makeInside("layers"))];
  for (const target of targets) {
    const milliseconds = (Number(values.seconds) * 1000) / targets.length;
    console.log(`${target.name}: ${await fuzz(target, { seed, milliseconds })} inputs`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
