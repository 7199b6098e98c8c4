import assert from "node:assert/strict";
import { test } from "node:test";
import { splitLast } from "../../storage/tree/locate.ts";
import { type CopyPlan, type Kind, planCopy } from "./copy-plan.ts";

const as: CopyPlan = { kind: "as" };
const into: CopyPlan = { kind: "into", name: "n" };
const contents: CopyPlan = { kind: "contents" };
const noDirectory = /destination must be a directory when copying a directory/;

// Source kind, `/.` at its end, destination kind, slash at its end.
for (const [source, dot, destination, slash, expected] of [
  ["other", false, "missing", false, as],
  ["other", false, "missing", true, /NOT FOUND: no such file or directory/],
  ["other", false, "other", false, as],
  ["other", false, "other", true, /NOT FOUND: not a directory/],
  ["other", false, "directory", false, into],
  ["other", false, "directory", true, into],
  ["directory", false, "missing", false, as],
  ["directory", false, "missing", true, /NOT FOUND: no such file or directory/],
  ["directory", false, "other", false, noDirectory],
  ["directory", false, "directory", false, into],
  ["directory", false, "directory", true, into],
  ["directory", true, "missing", false, as],
  ["directory", true, "other", false, noDirectory],
  ["directory", true, "directory", false, contents],
  ["directory", true, "directory", true, contents],
] as const satisfies [Exclude<Kind, "missing">, boolean, Kind, boolean, CopyPlan | RegExp][])
  test(`${source}${dot ? "/." : ""} to ${destination}${slash ? "/" : ""}`, () => {
    const plan = () =>
      planCopy({
        source: { kind: source, name: "n", contents: dot },
        destination: { kind: destination, slash, notFound: "NOT FOUND" },
      });
    if (expected instanceof RegExp) assert.throws(plan, expected);
    else assert.deepEqual(plan(), expected);
  });

test("the root into a directory: what is in it", () =>
  assert.deepEqual(
    planCopy({
      source: { kind: "directory", name: "", contents: false },
      destination: { kind: "directory", slash: false, notFound: "" },
    }),
    contents,
  ));

for (const [path, expected] of [
  ["a", [".", "a"]],
  ["a/b", ["a", "b"]],
  ["/a", ["/", "a"]],
  ["/a/b//", ["/a", "b"]],
  ["/", ["/", "."]],
  ["", [".", "."]],
  [".", [".", "."]],
  ["a/..", ["a/..", "."]],
  ["a/.", ["a/.", "."]],
] as const)
  test(`splitLast(${JSON.stringify(path)})`, () => assert.deepEqual(splitLast(path), expected));
