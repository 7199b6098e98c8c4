import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { describe, test } from "node:test";

const NATIVE = resolve(import.meta.dirname, "../..", "native");

function byName(a: string, b: string): number {
  return basename(a) < basename(b) ? -1 : 1;
}

function under(folder: string, rooms: string): string[] {
  return rooms.split(" ").map((room) => `${folder}/${room}`);
}

const PROGRAMS = [
  ..."launcher keeper monitor network probe attach addon common".split(" "),
  ...under("monitor", "state log facts cgroup processes pod files network stdio"),
];

/** Folder of native → folders it may include from. Its own, and the protocols in native/, are open to all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  launcher: ["common"],
  keeper: ["common"],
  monitor: ["common", ...under("monitor", "state log facts cgroup processes pod files network stdio")],
  "monitor/stdio": ["common", ...under("monitor", "state log processes")],
  "monitor/network": ["common", ...under("monitor", "state log processes files")],
  "monitor/files": ["common", ...under("monitor", "state facts processes")],
  "monitor/pod": ["common", ...under("monitor", "state facts processes")],
  "monitor/processes": ["common", ...under("monitor", "state facts cgroup")],
  "monitor/cgroup": ["common", ...under("monitor", "state facts")],
  "monitor/facts": ["common", ...under("monitor", "state log")],
  "monitor/state": ["common", ...under("monitor", "log")],
  "monitor/log": ["common"],
  network: ["common"],
  probe: ["common"],
  attach: ["common"],
  addon: ["common"],
  common: [],
  "test/faults": ["common"],
  "test/visitor": ["common"],
  // Their programs test one other folder each.
  test: PROGRAMS,
  fuzz: PROGRAMS,
  ".": [],
};

const files = globSync("**/*.[ch]", { cwd: NATIVE }).sort();

/** What a file includes of ours, as paths from native/. */
function includesOf(file: string): string[] {
  const text = readFileSync(join(NATIVE, file), "utf8");
  return [...text.matchAll(/^#include "([^"]+)"/gm)].map(([, path = ""]) => path);
}

/** plan.c and plan.h are one thing. */
function unitOf(file: string): string {
  return file.replace(/\.[ch]$/, "");
}

/** The first chain of includes that comes back to where it started. */
function findCircle(includes: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  function visit(unit: string, path: readonly string[]): string[] | undefined {
    if (path.includes(unit)) return [...path.slice(path.indexOf(unit)), unit];
    if (done.has(unit)) return undefined;
    for (const next of includes.get(unit) ?? []) {
      const circle = visit(next, [...path, unit]);
      if (circle) return circle;
    }
    done.add(unit);
    return undefined;
  }
  for (const unit of includes.keys()) {
    const circle = visit(unit, []);
    if (circle) return circle;
  }
  return undefined;
}

describe("native: includes are written from native/, and point downward", () => {
  for (const file of files) {
    test(file, () => {
      for (const target of includesOf(file)) {
        assert.ok(files.includes(target), `"${target}" is no file of native/: includes begin there`);
        const from = dirname(file);
        const to = dirname(target);
        const allowed = to === from || dirname(target) === "." || ALLOWED[from]?.includes(to);
        assert.ok(allowed, `${from} may not include ${target}`);
      }
    });
  }
});

test("native: no file includes itself, by any way", () => {
  const units = new Map<string, Set<string>>();
  for (const file of files) {
    const unit = unitOf(file);
    const others = includesOf(file)
      .map(unitOf)
      .filter((other) => other !== unit);
    units.set(unit, (units.get(unit) ?? new Set()).union(new Set(others)));
  }
  assert.deepEqual(findCircle(units), undefined);
});

describe("native: what clang-format doesn't see of the dialect", () => {
  for (const file of files) {
    test(file, () => {
      const text = readFileSync(join(NATIVE, file), "utf8");
      assert.equal(/[!=]= NULL\b/.exec(text)?.[0], undefined, "a pointer is tested as `p` or `!p`");
      assert.equal(/^(?:typedef )?struct \w+ \{$/m.exec(text)?.[0], undefined);
      const lines = text.split("\n");
      assert.deepEqual(
        lines.filter((line) => line.length > 110),
        [],
        "lines have at most 110 columns",
      );
      assert.ok(lines.length <= 301, `${lines.length - 1} lines: at most 300 stand in one file`);
      const [first] = includesOf(file);
      const own = file.replace(/\.c$/, ".h");
      if (file.endsWith(".c") && files.includes(own)) assert.equal(first, own, "its own header comes first");
    });
  }
});

/**
 * Part of `struct monitor` → the files of native/monitor that assign to it. All may read; what changes a part
 * is the file named with it, and few others.
 */
const WRITERS: Readonly<Record<string, readonly string[]>> = {
  attach: ["attach-server"],
  bridges: ["attach-server", "bridges", "supervise"],
  changed: ["changes"],
  created: ["runtime", "supervise"],
  delete_pid: ["children", "runtime"],
  dir_fd: ["setup"],
  failure: ["bridges", "report"],
  health: ["health-action", "health", "supervise"],
  helpers: ["children"],
  hold_until: ["supervise"],
  holding: ["setup", "supervise"],
  kill_at: ["setup", "supervise"],
  network: ["children", "network"],
  notify_fd: ["notify"],
  oom_score_adj: ["main"],
  plan: ["supervise"],
  pod: ["pod"],
  preserved: ["runtime"],
  process: ["restart", "setup", "supervise"],
  restart: ["health-action", "restart", "runtime", "setup", "supervise"],
  runtime_fd: ["runtime"],
  scope_asked: ["scope"],
  signal_fd: ["main"],
  store_fd: ["setup"],
  streams: ["input", "streams"],
  trashed: ["remove"],
};

test("native: each part of a monitor is changed by few files", () => {
  const found: [part: string, file: string][] = [];
  for (const file of globSync("monitor/**/*.c", { cwd: NATIVE }).sort(byName)) {
    const text = readFileSync(join(NATIVE, file), "utf8");
    const assigned = text.matchAll(
      /(?<![\w>])m->(\w+)(?:\.\w+|->\w+|\[[^\]]*\])*\s*(?:=(?!=)|[-+|]=|\+\+|--)/g,
    );
    for (const part of new Set([...assigned].map(([, name = ""]) => name)))
      found.push([part, basename(file, ".c")]);
  }
  const writers = Map.groupBy(found, ([part]) => part);
  assert.deepEqual(
    Object.fromEntries([...writers].map(([part, pairs]) => [part, pairs.map(([, file]) => file)])),
    WRITERS,
  );
});
