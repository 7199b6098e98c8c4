import { appendFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";

/** What became of one test file. */
interface FileResult {
  passed: number;
  failed: number;
  skipped: number;
  milliseconds: number;
  failures: string[];
}

type Outcome = Extract<TestEvent, { type: "test:pass" | "test:fail" }>;

function describeError(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause)).replaceAll(
    /^/gm,
    "      ",
  );
}

function isSkipped(data: Outcome["data"]): boolean {
  return data.skip !== undefined && data.skip !== false;
}

function addOutcome(result: FileResult, { type, data }: Outcome): void {
  if (data.nesting === 0) result.milliseconds += data.details.duration_ms;
  if (data.details.type === "suite" && type === "test:pass") return;
  if (isSkipped(data)) {
    result.skipped++;
    result.failures.push(`    skipped: ${data.name}: ${data.skip}`);
  } else if (type === "test:pass") result.passed++;
  // A parent that fails because of its children says nothing new.
  else if (!/subtests? failed/.test(String(data.details.error.cause ?? ""))) {
    result.failed++;
    result.failures.push(`    not ok: ${data.name}\n${describeError(data.details.error)}`);
  }
}

function formatFile(file: string, result: FileResult): string {
  const counts = [`${result.passed} ok`];
  if (result.failed > 0) counts.push(`${result.failed} NOT OK`);
  if (result.skipped > 0) counts.push(`${result.skipped} skipped`);
  const line = `   ${relative(process.cwd(), file)}: ${counts.join(", ")} (${(result.milliseconds / 1000).toFixed(1)} s)\n`;
  return line + result.failures.map((failure) => `${failure}\n`).join("");
}

function sum(results: Iterable<FileResult>, key: "passed" | "failed" | "skipped"): number {
  return [...results].reduce((total, result) => total + result[key], 0);
}

/**
 * Node's test runner reports by this: a line for each file, all there is to say about failures, and the
 * counts for scripts/test.
 */
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Map<string, FileResult>();
  for await (const event of source) {
    if (event.type === "test:pass" || event.type === "test:fail") {
      const file = event.data.file ?? "";
      const result = files.get(file) ?? { passed: 0, failed: 0, skipped: 0, milliseconds: 0, failures: [] };
      files.set(file, result);
      addOutcome(result, event);
    } else if (event.type === "test:summary" && event.data.file !== undefined) {
      const result = files.get(event.data.file);
      if (result) yield formatFile(event.data.file, result);
    } else if (event.type === "test:stderr" && event.data.file === undefined) yield event.data.message;
  }
  const stage = process.env.TSPOD_TEST_STAGE ?? "tests";
  const counts = (["passed", "failed", "skipped"] as const).map((key) => sum(files.values(), key));
  const directory = process.env.TSPOD_TEST_RESULTS;
  if (directory) appendFileSync(join(directory, stage), `${stage} ${counts.join(" ")}\n`);
  yield `   ${counts[0]} passed, ${counts[1]} failed, ${counts[2]} skipped\n`;
}
