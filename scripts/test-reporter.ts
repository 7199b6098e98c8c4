import { appendFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";

/** What became of one test file. */
interface FileResult {
  passed: number;
  failed: number;
  skipped: number;
  milliseconds: number;
  /** What there is to say that has not been printed yet. */
  failures: string[];
  /** Its last lines on stderr. */
  stderr: string[];
  printed: boolean;
}

type Outcome = Extract<TestEvent, { type: "test:pass" | "test:fail" }>;
type Failure = Error & { failureType?: string; exitCode?: number | null; signal?: string | null };

const STDERR_LINES = 30;
/** A run that kills commands at many moments: how many were felt is what it is run for. */
const TELLS_ALL = process.env.TSPOD_KILLS !== undefined;
/**
 * A test may take 120 s, and an hour where it kills a command at each of its calls, so a runner that reports
 * nothing for this long has a file that hangs elsewhere.
 */
const SILENCE_MS = TELLS_ALL ? 3_600_000 : 300_000;

function indent(text: string): string {
  return text.replaceAll(/^/gm, "      ");
}

/** The stack of an error, and of what caused it. */
function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\nbecause of: ${describeCause(error.cause)}`;
}

function describeError(error: Failure): string {
  if (typeof error.signal === "string") return indent(`killed by ${error.signal}`);
  if (typeof error.exitCode === "number") return indent(`ended with status ${error.exitCode}`);
  // What a test has thrown is the cause of an error of the runner, whose own stack says nothing.
  const own = error.failureType === "testCodeFailure" ? "" : error.message;
  const thrown = error.cause instanceof Error || own === "" ? describeCause(error.cause) : "";
  return indent([own, thrown].filter((part) => part !== "").join("\n"));
}

function isSkipped(data: Outcome["data"]): boolean {
  return data.skip !== undefined && data.skip !== false;
}

/** Whether an outcome is that of a file's process, or of its outermost hooks. */
function isFile({ nesting, name, file }: Outcome["data"]): boolean {
  return nesting === 0 && file !== undefined && resolve(name) === file;
}

function fail(result: FileResult, name: string, cause: string): void {
  result.failed++;
  result.failures.push(`    not ok: ${name}\n${cause}`);
}

function addOutcome(result: FileResult, { type, data }: Outcome): void {
  if (data.nesting === 0) result.milliseconds += data.details.duration_ms;
  if (data.details.type === "suite" && type === "test:pass") return;
  if (isSkipped(data)) {
    result.skipped++;
    result.failures.push(`    skipped: ${data.name}: ${data.skip}`);
  } else if (type === "test:pass" && isFile(data)) fail(result, data.name, indent("there is no test in it"));
  else if (type === "test:pass") result.passed++;
  // A parent that fails because of its children says nothing new.
  else if ((data.details.error as Failure).failureType !== "subtestsFailed")
    fail(result, isFile(data) ? "the file as a whole" : data.name, describeError(data.details.error));
}

function addStderr(result: FileResult, message: string): void {
  result.stderr.push(...message.replace(/\n$/, "").split("\n"));
  result.stderr.splice(0, result.stderr.length - STDERR_LINES);
}

function takeStderr(result: FileResult): string[] {
  const text = result.stderr.join("\n").trimEnd();
  result.stderr = [];
  return text === "" ? [] : ["    its last lines on stderr:", indent(text)];
}

/** A line with the counts and all there is to say about failures; nothing if that was printed before. */
function takeReport(file: string, result: FileResult): string {
  if (result.printed && result.failures.length === 0) return "";
  const counts = [`${result.passed} ok`];
  if (result.failed > 0) counts.push(`${result.failed} NOT OK`);
  if (result.skipped > 0) counts.push(`${result.skipped} skipped`);
  const seconds = (result.milliseconds / 1000).toFixed(1);
  const lines = [
    `   ${relative(process.cwd(), file)}: ${counts.join(", ")} (${seconds} s)`,
    ...result.failures,
  ];
  if (result.failures.some((failure) => failure.startsWith("    not ok"))) lines.push(...takeStderr(result));
  result.printed = true;
  result.failures = [];
  return `${lines.join("\n")}\n`;
}

function sum(results: Iterable<FileResult>, key: "passed" | "failed" | "skipped"): number {
  return [...results].reduce((total, result) => total + result[key], 0);
}

/** The events. If none comes for too long the runner is told to end: then it says which files still run. */
async function* watched(source: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  const limit = Number(process.env.TSPOD_TEST_SILENCE_MS ?? SILENCE_MS);
  const hangs = () => process.kill(process.pid, "SIGINT");
  let timer = setTimeout(hangs, limit);
  try {
    for await (const event of source) {
      clearTimeout(timer);
      timer = setTimeout(hangs, limit);
      yield event;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** What the reporter has seen so far. */
interface Results {
  readonly files: Map<string, FileResult>;
  of(file: string): FileResult;
}

function noResults(): Results {
  const files = new Map<string, FileResult>();
  return {
    files,
    of(file) {
      const path = resolve(file);
      const found = files.get(path);
      if (found) return found;
      const none: FileResult = {
        passed: 0,
        failed: 0,
        skipped: 0,
        milliseconds: 0,
        failures: [],
        stderr: [],
        printed: false,
      };
      files.set(path, none);
      return none;
    },
  };
}

function addInterrupted(results: Results, data: { tests: readonly { name: string; file?: string }[] }): void {
  for (const { name, file } of data.tests) {
    const running = file === undefined || resolve(name) === file ? "the file as a whole" : name;
    fail(results.of(file ?? name), running, indent("had not ended when the runner was told to end"));
  }
}

/** Add an event to the results; gives what is to be printed now. */
function addEvent(results: Results, event: TestEvent): string {
  switch (event.type) {
    case "test:pass":
    case "test:fail": {
      const file = event.data.file ?? "";
      addOutcome(results.of(file), event);
      return isFile(event.data) ? takeReport(file, results.of(file)) : "";
    }
    case "test:summary": {
      const { file } = event.data;
      return file === undefined ? "" : takeReport(file, results.of(file));
    }
    case "test:diagnostic":
      if (event.data.file === undefined) return "";
      addStderr(results.of(event.data.file), event.data.message);
      return TELLS_ALL ? `   ${relative(process.cwd(), event.data.file)}: ${event.data.message}\n` : "";
    case "test:stderr":
      if (event.data.file === undefined) return event.data.message;
      addStderr(results.of(event.data.file), event.data.message);
      return "";
    case "test:interrupted":
      addInterrupted(results, event.data);
      return "";
    default:
      return "";
  }
}

/** What has not been printed yet, and the counts, which scripts/test-stages reads from a file. */
function takeEnd(results: Results): string {
  const reports = [...results.files].map(([file, result]) => takeReport(file, result));
  const stage = process.env.TSPOD_TEST_STAGE ?? "tests";
  const counts = (["passed", "failed", "skipped"] as const).map((key) => sum(results.files.values(), key));
  const directory = process.env.TSPOD_TEST_RESULTS;
  if (directory) {
    appendFileSync(join(directory, stage), `${stage} ${counts.join(" ")}\n`);
    appendFileSync(join(directory, `.failed-${stage}`), failedFiles(results));
  }
  return `${reports.join("")}   ${counts[0]} passed, ${counts[1]} failed, ${counts[2]} skipped\n`;
}

/** The paths of the files in which a test has failed, a line each, which scripts/test-stages runs again. */
function failedFiles(results: Results): string {
  const failed = [...results.files].filter(([, result]) => result.failed > 0);
  return failed.map(([file]) => `${resolve(file)}\n`).join("");
}

/** The reporter of Node's test runner: a line for each file, the cause of each failure, and the counts. */
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const results = noResults();
  let interrupted = false;
  for await (const event of watched(source)) {
    yield addEvent(results, event);
    if (event.type !== "test:interrupted") continue;
    // The runner ends the process once it has what is yielded here, before the source ends.
    interrupted = true;
    yield takeEnd(results);
  }
  if (!interrupted) yield takeEnd(results);
}
