import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, test } from "node:test";
import { parseDocument } from "yaml";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };

const REPOSITORY = resolve(import.meta.dirname, "../..");

/*
 * What GitHub takes of a workflow, as far as ours use it: an unknown key is a spelling mistake, and would be
 * found only by a run on the public host.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
const permissions = z.record(z.enum(["contents"]), z.enum(["read", "write", "none"]));
const step = z.union([
  z.strictObject({
    uses: z.string().regex(/^[\w-]+\/[\w-]+@v\d+$/),
    with: z.record(z.string(), z.union([z.string(), z.boolean()])).optional(),
  }),
  z.strictObject({ run: z.string().min(1), env: z.record(z.string(), z.string()).optional() }),
]);
const job = z.strictObject({
  name: z.string().optional(),
  needs: z.string().optional(),
  strategy: z
    .strictObject({
      "fail-fast": z.boolean().optional(),
      matrix: z.strictObject({ include: z.array(z.record(z.string(), z.string())).min(1) }),
    })
    .optional(),
  "runs-on": z.string(),
  "timeout-minutes": z.number().int().positive(),
  permissions: permissions.optional(),
  container: z.strictObject({ image: z.string(), options: z.string() }).optional(),
  steps: z.array(step).min(1),
});
const workflow = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z.strictObject({ branches: z.array(z.string()), tags: z.array(z.string()) }).partial(),
    pull_request: z.null().optional(),
  }),
  permissions,
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() }).optional(),
  jobs: z.record(z.string().regex(/^[a-z_][\w-]*$/), job),
});

/** The contexts that an expression may read, besides a job's matrix. */
const CONTEXTS = ["github.ref", "github.token"];

/** The program's words of our own that a line of shell calls: `npm run package`, `sh scripts/release`. */
function missingIn(run: string): string[] {
  const scripts = Array.from(run.matchAll(/\bnpm (?:run )?(\w[\w:-]*)/g), ([, name = ""]) => name);
  const files = Array.from(run.matchAll(/\bsh (scripts\/\S+)/g), ([, file = ""]) => file);
  return [
    ...scripts.filter((name) => !(name in packageJson.scripts)),
    ...files.filter((file) => !existsSync(join(REPOSITORY, file))),
  ];
}

for (const path of globSync(".github/workflows/*.yml", { cwd: REPOSITORY })) {
  describe(basename(path), () => {
    const document = parseDocument(readFileSync(join(REPOSITORY, path), "utf8"), { strict: true });
    const parsed = workflow.parse(document.toJS());
    const jobs = Object.entries(parsed.jobs);

    test("is YAML without a warning", () => {
      assert.deepEqual([...document.errors, ...document.warnings], []);
    });

    test("a job waits for jobs that are there", () => {
      const needed = jobs.flatMap(([, { needs }]) => needs ?? []);
      assert.deepEqual(
        needed.filter((name) => !(name in parsed.jobs)),
        [],
      );
    });

    for (const [name, each] of jobs) {
      test(`${name}: what its steps call is there`, () => {
        const runs = each.steps.flatMap((one) => ("run" in one ? one.run : []));
        assert.notDeepEqual(runs, []);
        assert.deepEqual(runs.flatMap(missingIn), []);
      });

      test(`${name}: an expression reads what has a value in each run`, () => {
        const known = (each.strategy?.matrix.include ?? [{}]).map((values) => [
          ...Object.keys(values).map((key) => `matrix.${key}`),
          ...CONTEXTS,
        ]);
        const read = Array.from(
          JSON.stringify(each).matchAll(/\$\{\{ *(.*?) *\}\}/g),
          ([, expression = ""]) => expression,
        );
        for (const names of known)
          assert.deepEqual(
            read.filter((expression) => !names.includes(expression)),
            [],
          );
      });
    }
  });
}

test("missingIn() finds what isn't there", () => {
  assert.deepEqual(missingIn("npm test && npm run nothing && sh scripts/none -x && sh scripts/build"), [
    "nothing",
    "scripts/none",
  ]);
});

test("package.json says where the sources are, and where faults are reported", () => {
  assert.match(packageJson.repository, /^github:[\w-]+\/[\w-]+$/);
  const [, place = ""] = packageJson.repository.split(":");
  assert.equal(packageJson.bugs, `https://github.com/${place}/issues`);
});
