import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";
import { chooseSeed } from "./random.ts";
import { TARGETS } from "./targets.ts";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
const seed = chooseSeed(process.env);
console.log(`TSPOD_FUZZ_SEED=${seed}`);
for (const target of TARGETS) {
  const milliseconds = (Number(values.seconds) * 1000) / TARGETS.length;
  console.log(`${target.name}: ${fuzz(target, { seed, milliseconds })} inputs`);
}
