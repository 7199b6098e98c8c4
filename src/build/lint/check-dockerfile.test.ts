import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseDockerfile } from "../parse/dockerfile.ts";
import { parseIgnoreFile } from "../parse/ignore-rules.ts";
import { checkDockerfile, parseCheckOptions } from "./check-dockerfile.ts";
import { describeFindings } from "./describe-findings.ts";

const IGNORE = parseIgnoreFile("*.md\n");

function findingsOf(text: string): string[] {
  const globals = new Map([["TARGETPLATFORM", "linux/amd64"]]);
  return checkDockerfile(parseDockerfile(text), { ignore: IGNORE, globals }, { skip: new Set() }).map(
    ({ check, lines }) => `${check}:${lines.first}`,
  );
}

describe("checkDockerfile()", () => {
  for (const [text, expected] of [
    ["FROM scratch AS base\nCOPY a /\n", []],
    ["FROM scratch AS Base", ["StageNameCasing:1"]],
    ["FROM scratch as base", ["FromAsCasing:1"]],
    ["FROM x\nRUN a \\\n\n b", ["NoEmptyContinuation:4"]],
    ["FROM x\nrun a\nRUN b", ["ConsistentInstructionCasing:2"]],
    ["from x\nrun a\nRUN b", ["ConsistentInstructionCasing:3"]],
    ["FROM x AS a\nFROM y AS a", ["DuplicateStageName:2"]],
    ["FROM x AS scratch", ["ReservedStageName:1"]],
    ["FROM x\nCMD a", ["JSONArgsRecommended:2"]],
    ['FROM x\nSHELL ["a"]\nCMD a', []],
    ["FROM x\nMAINTAINER a", ["MaintainerDeprecated:2"]],
    ["FROM $nothing", ["UndefinedArgInFrom:1"]],
    ["ARG v\nFROM x:$v", ["InvalidDefaultArgInFrom:2"]],
    ["FROM x\nWORKDIR a", ["WorkdirRelativePath:2"]],
    ["FROM x\nWORKDIR /b\nWORKDIR a", []],
    ["FROM x\nENV a=1\nLABEL b=$aa", ["UndefinedVar:3"]],
    ["FROM x AS one\nENV a=1\nFROM one\nLABEL b=$a", []],
    ['FROM x\nCMD ["a"]\nCMD ["b"]', ["MultipleInstructionsDisallowed:2"]],
    ["FROM x\nENV a b\nLABEL c d", ["LegacyKeyValueFormat:2", "LegacyKeyValueFormat:3"]],
    ["FROM --platform=$TARGETPLATFORM x", ["RedundantTargetPlatform:1"]],
    ["FROM --platform=linux/arm64 x", ["FromPlatformFlagConstDisallowed:1"]],
    [
      "FROM x\nARG DB_PASSWORD\nENV API_TOKEN=a PUBLIC_KEY=b",
      ["SecretsUsedInArgOrEnv:2", "SecretsUsedInArgOrEnv:3"],
    ],
    ["FROM x\nCOPY a.md *.md /", ["CopyIgnoredFile:2"]],
    ["FROM x\nEXPOSE 80/TCP 1.2.3.4:80:80", ["ExposeProtoCasing:2", "ExposeInvalidFormat:2"]],
  ] as const) {
    test(JSON.stringify(text), () => assert.deepEqual(findingsOf(text), expected));
  }

  test("what is skipped is not told", () => {
    const dockerfile = parseDockerfile("FROM x\nCMD a\nMAINTAINER b");
    const context = { ignore: [], globals: new Map<string, string>() };
    const { skip } = parseCheckOptions("skip=JSONArgsRecommended;error=true");
    assert.deepEqual(
      checkDockerfile(dockerfile, context, { skip }).map(({ check }) => check),
      ["MaintainerDeprecated"],
    );
    assert.deepEqual(checkDockerfile(dockerfile, context, parseCheckOptions("skip=all")), []);
    assert.throws(() => parseCheckOptions("moon=1"), { message: /unknown option "moon"/ });
  });

  test("what is printed: the rule, the file and line, the lines around it", () => {
    const text = "FROM x\n\nCMD a\n";
    const [finding] = checkDockerfile(
      parseDockerfile(text),
      { ignore: [], globals: new Map() },
      { skip: new Set() },
    );
    assert.ok(finding);
    assert.deepEqual(describeFindings([finding], { text, name: "Dockerfile" }), [
      "Check complete, 1 warning has been found!",
      "",
      "WARNING: JSONArgsRecommended - https://docs.docker.com/go/dockerfile/rule/json-args-recommended/",
      "JSON arguments recommended for CMD to prevent unintended behavior related to OS signals",
      "Dockerfile:3",
      "--------------------",
      "   1 |     FROM x",
      "   2 |",
      "   3 | >>> CMD a",
      "   4 |",
      "--------------------",
    ]);
  });
});
