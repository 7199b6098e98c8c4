import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { STAGES } from "../../src/protocol/answers.ts";
import { FD, GO, monitorArguments, PRESERVED_MAX } from "../../src/protocol/descriptors.ts";
import { ENV } from "../../src/protocol/environment.ts";
import { MARKS } from "../../src/protocol/event-template.ts";
import { EXIT_FACTS, HEALTH_FACTS, READY_FACTS, STATUS_FACTS } from "../../src/protocol/facts.ts";
import { LOG_RECORDS, MONITOR_EVENTS, PLAN_RECORDS } from "../../src/protocol/plan.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");

const header = read("native/protocol.h");
const facts = read("native/facts-protocol.h");
const planSource = read("native/monitor/state/plan.c");
const monitorSources = globSync("native/monitor/**/*.c", { cwd: REPOSITORY }).map(read).join("\n");

/** `startPeriod`, or `argv...`, as protocol.h writes it: START-PERIOD, ARGV... */
const asPlaceholder = (name: string): string => name.replaceAll(/[A-Z]/g, "-$&").toUpperCase();
/** `runtimeDir` as a constant of C: RUNTIME_DIR */
const asConstant = (name: string): string => asPlaceholder(name).replaceAll("-", "_");

/** NAME → value of all `#define NAME value` that begin with a prefix. */
function defines(prefix: string): Record<string, string> {
  const found = header.matchAll(new RegExp(`^#define (${prefix}\\w+) (\\S+)`, "gm"));
  return Object.fromEntries([...found].map(([, name = "", value = ""]) => [name, value]));
}

/** What the regular expression's group finds in a text, in its order. */
const allOf = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = ""]) => found);

/** Each once, sorted. */
const setOf = (words: Iterable<string>): string[] => [...new Set(words)].sort();

/** The part of a header from one mark on up to another. */
function part(text: string, from: string, to: string): string {
  const begin = text.indexOf(from);
  assert.ok(begin >= 0, `there is no "${from}"`);
  const end = text.indexOf(to, begin);
  assert.ok(end >= 0, `there is no "${to}" behind "${from}"`);
  return text.slice(begin, end);
}

/** Lines of a header that name a record, a line or a fact; what they mean is indented further. */
const entries = (text: string): string[] => allOf(text, /^ \* {3}(\S.*)$/gm);

test("variables of the launcher", () => {
  const { ENV_PREFIX, ...named } = defines("ENV_");
  assert.equal(ENV_PREFIX, '"_TSPOD_"');
  const ours = Object.entries(ENV).map(([name, value]) => [`ENV_${asConstant(name)}`, `"${value}"`]);
  assert.deepEqual(named, Object.fromEntries(ours));
});

test("the launcher writes no other name of a variable", () => {
  const launcher = globSync("native/{launcher,keeper,monitor,attach,common}/*.[ch]", { cwd: REPOSITORY });
  assert.deepEqual(
    launcher.filter((file) => read(file).includes('"_TSPOD_')),
    [],
  );
});

test("descriptors, and what goes with them", () => {
  const ours = Object.entries(FD).map(([name, number]) => [`FD_${name.toUpperCase()}`, String(number)]);
  assert.deepEqual(defines("FD_"), Object.fromEntries(ours));
  assert.equal(defines("PRESERVED_").PRESERVED_MAX, String(PRESERVED_MAX));
  assert.ok(header.includes(`\n#define GO '${GO}'\n`));
  assert.ok(header.includes(`\n#define ARG_PASSTHROUGH "${monitorArguments(0, true)[1]}"\n`));
});

describe("records of the plan", () => {
  const records = entries(
    part(header, " * Common to containers and exec sessions:", "* 3. Monitor -> command"),
  );

  test("protocol.h describes each, with its arguments", () => {
    const ours = [
      ...Object.entries(PLAN_RECORDS).map(([key, names]) => [key, ...names.map(asPlaceholder)]),
      ...Object.entries(LOG_RECORDS).map(([driver, names]) => ["log", driver, ...names.map(asPlaceholder)]),
    ];
    assert.deepEqual(setOf(records), setOf(ours.map((words) => words.join(" "))));
    assert.equal(records.length, ours.length, "each is described once");
  });

  test("plan.c takes as many arguments", () => {
    const rows = planSource.matchAll(/^ {2}\{ "([a-z-]+)", (\d+), (\w+), \w+,/gm);
    const theirs = [...rows].map(([, key = "", least, most]) => [key, `${least} to ${most}`]);
    const counts = (names: readonly string[]): string => {
      const most = names.some((name) => name.endsWith("...")) ? "MANY" : names.length;
      return `${names.length} to ${most}`;
    };
    const ours = Object.entries(PLAN_RECORDS).map(([key, names]) => [key, counts(names)]);
    assert.deepEqual(Object.fromEntries(theirs), Object.fromEntries([...ours, ["log", "1 to MANY"]]));
  });

  test("plan.c knows the log drivers", () => {
    const [body = ""] = /^is_known_log [\s\S]*?^\}/m.exec(planSource) ?? [];
    assert.deepEqual(setOf(allOf(body, /argv\[0\], "([a-z0-9-]+)"/g)), setOf(Object.keys(LOG_RECORDS)));
    for (const driver of ["k8s-file", "json-file"] as const) {
      const count = new RegExp(`"${driver}"\\) == 0 && arguments == (\\d)`).exec(body)?.[1];
      assert.equal(count, String(LOG_RECORDS[driver].length), driver);
    }
  });

  test("the words of a health check stand in the same order in health-plan.h", () => {
    const plan = read("native/monitor/state/health-plan.h");
    for (const [key, prefix] of [
      ["health", "CHECK_"],
      ["health-startup", "STARTUP_"],
      ["health-times", "TIMES_"],
      ["ready", "READY_"],
    ] as const)
      assert.deepEqual(
        allOf(plan, new RegExp(`^ {2}(${prefix}\\w+),`, "gm")),
        PLAN_RECORDS[key].map((name) => `${prefix}${asConstant(name)}`),
      );
  });

  test("events, and the marks in their templates", () => {
    const [, named = ""] = /NAME: ([a-z_, ]+)\. TEMPLATE/.exec(header) ?? [];
    assert.deepEqual(named.split(", "), MONITOR_EVENTS);
    assert.deepEqual(setOf(allOf(monitorSources, /event_append \(m, "(\w+)"\)/g)), setOf(MONITOR_EVENTS));
    const marks = allOf(read("native/monitor/facts/events.c"), /\{ "(@\w*@)",/g);
    assert.deepEqual(setOf(marks), setOf(["@@", ...Object.values(MARKS)]));
    for (const mark of marks) assert.match(part(header, "   event NAME", "   trash DIR"), new RegExp(mark));
  });
});

test("stages of a start that can fail", () => {
  const [, named = ""] = /STAGE: ([a-z *\n]+)\./.exec(header) ?? [];
  assert.deepEqual(named.split(/[ *\n]+/), STAGES);
  assert.deepEqual(setOf(allOf(monitorSources, /\bfail \(m, "(\w+)",/g)), setOf(STAGES));
});

describe("facts that the monitor writes", () => {
  const keys = (from: string, to: string): string[] =>
    entries(part(facts, from, to)).map((line) => line.split(" ")[0] ?? "");
  const status = read("native/monitor/facts/status.c");
  const written = (source: string, name: string): string[] => {
    const [body = ""] = new RegExp(`^${name} \\([\\s\\S]*?^\\}`, "m").exec(source) ?? [];
    return allOf(
      body.replaceAll(/warn_and_go_on .*/g, ""),
      /(?:(?<="|\\n)|add_time \([^"]*")([a-z]+)(?= %|")/g,
    );
  };

  for (const [name, named, [from, to], writer] of [
    ["status file", STATUS_FACTS, ["* The status file", "* The exit file"], "status_write"],
    ["exit file", EXIT_FACTS, ["* The exit file", "* The results of health"], "status_write_exit"],
  ] as const)
    test(name, () => {
      assert.deepEqual(keys(from, to), named);
      assert.deepEqual(written(status, writer), named);
    });

  test("results of health checks", () => {
    assert.deepEqual(keys("* The results of health", "* The results of `ready`"), HEALTH_FACTS);
    const results = read("native/monitor/facts/health-results.c");
    assert.deepEqual(
      setOf([...written(results, "write_result"), ...written(results, "health_write_results")]),
      setOf(HEALTH_FACTS),
    );
  });

  test("the result of `ready`", () => {
    assert.deepEqual(keys("* The results of `ready`", " */"), READY_FACTS);
    assert.deepEqual(written(read("native/monitor/processes/ready.c"), "write_results"), READY_FACTS);
  });
});

test("flags of the attach client", () => {
  const theirs = allOf(read("native/attach/options.c"), /strcmp \(argv\[i\], "(--[a-z-]+)"\)/g);
  const ours = allOf(read("src/container/monitor/attach.ts"), /"(--[a-z-]+)"/g);
  assert.deepEqual(setOf(theirs), setOf(ours));
});
