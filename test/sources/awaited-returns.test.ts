import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { test } from "node:test";
import {
  isBlock,
  isFunctionLikeDeclaration,
  isReturnStatement,
  isTryStatement,
  isVariableStatement,
  type Node,
  NodeFlags,
  type ReturnStatement,
} from "typescript/unstable/ast";
import type { Checker } from "typescript/unstable/sync";
import { childrenOf, lookAtFiles } from "./typescript-project.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");

/** One of each kind that is a fault, and their like that are none. */
const SAMPLE = `
declare function open(): Disposable & AsyncDisposable;
declare function ask(): Promise<number>;
export async function closesTooEarly() { using _file = open(); return ask(); }
export async function asyncClosesTooEarly() { await using _file = open(); if (_file) { return ask(); } return 1; }
export function closesBeforeItBegins() { using _file = open(); return ask(); }
export async function missesTheFailure() { try { return ask(); } catch { return 2; } }
export async function maybe(p?: Promise<number>) { using _file = open(); return p; }
export async function awaits() { using _file = open(); return await ask(); }
export async function ofAnotherFunction() { using _file = open(); const later = () => { return ask(); }; return await later(); }
export async function beforeIt(early: boolean) { if (early) { return ask(); } using _file = open(); return 1; }
`;

/**
 * Closing what a block has declared \`using\`, and \`catch\` and \`finally\`, come before the end of a
 * promise that is returned.
 */
function* leavingReturns(node: Node, guarded = false): Generator<ReturnStatement> {
  let within = guarded || isTryStatement(node);
  for (const child of childrenOf(node)) {
    if (isReturnStatement(child) && within) yield child;
    yield* leavingReturns(child, within && !isFunctionLikeDeclaration(child));
    within ||=
      isBlock(node) && isVariableStatement(child) && (child.declarationList.flags & NodeFlags.Using) !== 0;
  }
}

function isPromise(checker: Checker, node: Node | undefined): boolean {
  const type = node && checker.getTypeAtLocation(node);
  const there = type && checker.getNonNullableType(type);
  return there !== undefined && checker.getPropertyOfType(there, "then") !== undefined;
}

/**
 * FILE:LINE of each return of a promise that should be awaited first, in the files of a project that are
 * under `directory`.
 */
function findUnawaited(tsconfig: string, directory: string): string[] {
  return lookAtFiles(tsconfig, directory, ({ name, file, checker }) =>
    [...leavingReturns(file)]
      .filter(({ expression }) => isPromise(checker, expression))
      .map((found) => `${relative(directory, name)}:${file.text.slice(0, found.end).split("\n").length}`),
  );
}

test("a promise is awaited before what it needs is closed, or where its failure is to be caught", () => {
  assert.deepEqual(findUnawaited(join(REPOSITORY, "tsconfig.json"), REPOSITORY), []);
});

test("... which is seen with using, await using, try, and a promise that may be missing", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "tspod-returns-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const options = { strict: true, target: "esnext", lib: ["esnext"], types: [] };
  writeFileSync(join(directory, "sample.ts"), SAMPLE);
  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, files: ["sample.ts"] }),
  );
  assert.deepEqual(
    findUnawaited(join(directory, "tsconfig.json"), directory),
    [4, 5, 6, 7, 8].map((line) => `sample.ts:${line}`),
  );
});
