import { readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { type Outcome, recordedText, sorted, withoutTraces } from "./outcome.ts";

/*
 * Keeps of two recordings the cases in which both builders have made the same.
 * Usage: node test/build/corpus/agree.ts RECORDING RECORDING OUTPUT
 */

const [first = "", second = "", output = ""] = process.argv.slice(2);
const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, Outcome>>;
const [one, other] = [read(first), read(second)];
const agreed = Object.entries(one).flatMap(([name, outcome]) => {
  const own = withoutTraces(outcome);
  const others = other[name] && withoutTraces(other[name]);
  return isDeepStrictEqual(sorted(own), sorted(others)) ? [[name, own] as const] : [];
});
writeFileSync(output, recordedText(Object.fromEntries(agreed)));
process.stderr.write(`${agreed.length} of ${Object.keys(one).length}\n`);
