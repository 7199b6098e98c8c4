import assert from "node:assert/strict";
import { mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { test } from "node:test";
import { messageChain, NotFoundError, TspodError, withoutDisposal } from "./errors.ts";

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

test("an error of a class that two chunks have is an instance for both, and of its parents", async () => {
  const { RegistryError, UnreachedError } = await import("./registry/registry-error.ts");
  // A second time, as the bundle has it.
  const other: typeof import("./registry/registry-error.ts") = await import(
    `${import.meta.dirname}/registry/registry-error.ts?again`
  );
  assert.notEqual(other.RegistryError, RegistryError);
  const error = new other.UnreachedError("no answer", { transient: true });
  assert.deepEqual(
    [UnreachedError, RegistryError, TspodError, NotFoundError].map((type) => error instanceof type),
    [true, true, true, false],
  );
  assert.equal(new other.RegistryError("no", { transient: false }) instanceof UnreachedError, false);
  for (const foreign of [new Error("x"), "text", undefined, null, { constructor: RegistryError }])
    assert.equal((foreign as unknown) instanceof RegistryError, false);
});

test("a chain of causes is one line", () => {
  const error = new TspodError("outer", { cause: new Error("inner", { cause: new Error("innermost") }) });
  assert.equal(messageChain(error), "outer: inner: innermost");
});

for (const [what, act, line] of [
  ["open", () => openSync("/nosuch/a", "r"), 'opening "/nosuch/a": no such file or directory'],
  ["mkdir", () => mkdirSync("/proc/a"), 'making "/proc/a": no such file or directory'],
  ["a directory that is read as a file", () => readFileSync("/proc"), "reading: is a directory"],
  [
    "rm, whose number is positive",
    () => rmSync("/proc/self"),
    // Root may write to /proc, but /proc removes nothing.
    `removing "/proc/self": ${process.getuid?.() === 0 ? "operation not permitted" : "permission denied"}`,
  ],
  ["a descriptor", () => writeSync(openSync("/dev/full", "w"), "x"), "writing: no space left on device"],
] as const)
  test(`a system call without a word from us says what, where and why: ${what}`, () => {
    assert.equal(messageChain(thrownBy(act)), line);
  });

test("a path that was named is not repeated", () => {
  const cause = thrownBy(() => openSync("/nosuch/a", "r"));
  assert.equal(
    messageChain(new TspodError('reading "/nosuch/a"', { cause })),
    'reading "/nosuch/a": no such file or directory',
  );
  assert.equal(
    messageChain(new TspodError("reading settings", { cause })),
    'reading settings: opening "/nosuch/a": no such file or directory',
  );
});

test("of an error while giving something back, what went wrong first is told", () => {
  const first = new TspodError("first");
  const error = thrownBy(() => {
    using _ = { [Symbol.dispose]: () => rmSync("/nosuch/a") };
    throw first;
  });
  assert.ok(error instanceof SuppressedError);
  assert.equal(withoutDisposal(error), first);
  assert.equal(messageChain(error), "first");
  assert.equal(messageChain(new TspodError("outer", { cause: error })), "outer: first");
});

test("control characters of foreign text are shown, not obeyed", () => {
  assert.equal(messageChain(new TspodError("a\x1b[2Jb\x07\r\x9b\tc\nd")), "a\\x1b[2Jb\\x07\\x0d\\x9b\tc\nd");
});
