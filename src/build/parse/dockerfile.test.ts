import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseDirectives } from "./directives.ts";
import { parseDockerfile } from "./dockerfile.ts";

/** What is parsed of the instructions below `FROM scratch`, without their places. */
function instructionsOf(text: string) {
  const { stages } = parseDockerfile(`FROM scratch\n${text}`);
  return (stages[0]?.instructions ?? []).map(({ lines: _, text: __, ...rest }) => rest);
}

function textsOf(text: string): string[] {
  return (parseDockerfile(text).stages[0]?.instructions ?? []).map((each) => each.text);
}

describe("lines", () => {
  for (const [name, text, expected] of [
    ["continuations are joined", "FROM x\nRUN a \\\n  b\\\nc", ["RUN a   bc"]],
    ["blanks behind the escape are fine", "FROM x\nRUN a \\  \nb", ["RUN a b"]],
    ["an escaped escape goes nowhere", "FROM x\nRUN a\\\\\nRUN b", ["RUN a\\\\", "RUN b"]],
    ["comments and empty lines inside vanish", "FROM x\nRUN a \\\n# c\n\n  # d\n b", ["RUN a  b"]],
    ["blanks before an instruction go", "FROM x\n  \tRUN a", ["RUN a"]],
    ["CRLF", "FROM x\r\nRUN a \\\r\n b\r\n", ["RUN a  b"]],
    ["# after text is no comment", "FROM x\nRUN a # b", ["RUN a # b"]],
    ["a byte order mark", "\uFEFFFROM x\nRUN a", ["RUN a"]],
    ["a shebang", "#!/usr/bin/env x\nFROM x\nRUN a", ["RUN a"]],
    ["another escape", "# escape=`\nFROM x\nRUN a `\n b \\\nRUN c", ["RUN a  b \\", "RUN c"]],
    ["any case", "from x\nrUn a", ["rUn a"]],
    ["a continuation at the end of the file", "FROM x\nRUN a \\\n", ["RUN a"]],
  ] as const) {
    test(name, () => assert.deepEqual(textsOf(text), expected));
  }

  test("places", () => {
    const { stages } = parseDockerfile("# c\n\nFROM x\nRUN a \\\n b\nRUN <<E\nx\nE\nUSER y");
    assert.deepEqual(
      [stages[0]?.from, ...(stages[0]?.instructions ?? [])].map((each) => each?.lines),
      [
        { first: 3, last: 3 },
        { first: 4, last: 5 },
        { first: 6, last: 8 },
        { first: 9, last: 9 },
      ],
    );
  });
});

describe("directives", () => {
  for (const [text, expected] of [
    ["# syntax=docker/dockerfile:1\nFROM x", { escapeChar: "\\", syntax: "docker/dockerfile:1" }],
    ["#Syntax = x\n# CHECK=skip=all\nFROM x", { escapeChar: "\\", syntax: "x", check: "skip=all" }],
    ["# comment\n# escape=`\nFROM x", { escapeChar: "\\" }],
    ["\n# escape=`\nFROM x", { escapeChar: "\\" }],
    ["# escape=`\nFROM x", { escapeChar: "`" }],
    ["#!/bin/x\n# escape=`\nFROM x", { escapeChar: "`" }],
  ] as const) {
    test(JSON.stringify(text), () => assert.deepEqual(parseDockerfile(text).directives, expected));
  }
});

describe("a file that is JSON", () => {
  for (const [text, syntax] of [
    ['{"syntax":"a/b:1","x":[]}', "a/b:1"],
    ["{", undefined],
    ['{"syntax":7}', undefined],
    ['{"syntax":null}', undefined],
    ['// syntax=c\n{"syntax":"a"}', "c"],
  ] as const) {
    test(text, () => assert.equal(parseDirectives(text.split("\n")).syntax, syntax));
  }
});

describe("heredocs", () => {
  for (const [name, text, expected] of [
    ["one", "RUN <<E\na\nb\nE", [{ name: "E", expand: true, chomp: false, content: "a\nb\n" }]],
    ["quoted", "COPY <<'E' /x\n$a\nE", [{ name: "E", expand: false, chomp: false, content: "$a\n" }]],
    ["tabs go", "COPY <<-E /x\n\ta\n\tE", [{ name: "E", expand: true, chomp: true, content: "a\n" }]],
    [
      "two",
      "COPY <<a <<b /d/\n1\na\n2\nb",
      [
        { name: "a", expand: true, chomp: false, content: "1\n" },
        { name: "b", expand: true, chomp: false, content: "2\n" },
      ],
    ],
    ["a shift is none", "RUN echo $((1<<2))", []],
    [
      "a comment in the body stays",
      "RUN <<E\n# a\nE",
      [{ name: "E", expand: true, chomp: false, content: "# a\n" }],
    ],
    ["with a descriptor", "RUN cat 3<<E\na\nE", [{ name: "E", expand: true, chomp: false, content: "a\n" }]],
    ["here-strings are the shell's", "RUN cat <<<E", []],
  ] as const) {
    test(name, () => {
      const [instruction] = instructionsOf(text);
      assert.deepEqual(instruction && "heredocs" in instruction && instruction.heredocs, expected);
    });
  }
});

describe("instructions", () => {
  const noCopyFlags = {
    from: undefined,
    chown: undefined,
    chmod: undefined,
    link: false,
    parents: false,
    excludes: [],
    checksum: undefined,
    keepGitDirectory: false,
    unpack: undefined,
    heredocs: [],
  };
  const noRunFlags = { mounts: [], network: "default", security: "sandbox", devices: [], heredocs: [] };
  for (const [text, expected] of [
    ["ENV a b  c", { kind: "env", pairs: [["a", "b  c"]], isLegacy: true }],
    [
      "ENV a=b c='d e'",
      {
        kind: "env",
        pairs: [
          ["a", "b"],
          ["c", "'d e'"],
        ],
        isLegacy: false,
      },
    ],
    ["ENV a=b\\ c", { kind: "env", pairs: [["a", "b\\ c"]], isLegacy: false }],
    ["LABEL a=", { kind: "label", pairs: [["a", ""]], isLegacy: false }],
    ["ARG a b=c", { kind: "arg", args: [{ name: "a" }, { name: "b", value: "c" }] }],
    ['CMD ["a", "b"]', { kind: "cmd", command: { form: "exec", argv: ["a", "b"] } }],
    ["CMD ['a']", { kind: "cmd", command: { form: "shell", text: "['a']" } }],
    ['CMD ["a"] b', { kind: "cmd", command: { form: "shell", text: '["a"] b' } }],
    ["ENTRYPOINT []", { kind: "entrypoint", command: { form: "exec", argv: [] } }],
    ["COPY a b c/", { kind: "copy", sources: ["a", "b"], destination: "c/", ...noCopyFlags }],
    [
      'COPY --from=x --chown="1:2" --link --exclude=a --exclude=b ["a b", "c"]',
      {
        kind: "copy",
        sources: ["a b"],
        destination: "c",
        ...noCopyFlags,
        from: "x",
        chown: "1:2",
        link: true,
        excludes: ["a", "b"],
      },
    ],
    [
      "RUN --mount=type=tmpfs,target=/x --network=NONE -- --weird",
      {
        kind: "run",
        command: { form: "shell", text: "--weird" },
        ...noRunFlags,
        mounts: ["type=tmpfs,target=/x"],
        network: "none",
      },
    ],
    ["HEALTHCHECK NONE", { kind: "healthcheck", command: "none" }],
    [
      "HEALTHCHECK --interval=1m --retries=3 CMD a b",
      {
        kind: "healthcheck",
        command: { form: "shell", text: "a b" },
        interval: 60e9,
        timeout: undefined,
        startPeriod: undefined,
        startInterval: undefined,
        retries: 3,
      },
    ],
    ["VOLUME /a /b", { kind: "volume", words: ["/a", "/b"] }],
    ['VOLUME ["/a b"]', { kind: "volume", words: ["/a b"] }],
    ["ONBUILD RUN x", { kind: "onbuild", trigger: "RUN x" }],
    ["ONBUILD COPY <<E /x\na\nE", { kind: "onbuild", trigger: "COPY <<E /x\na\nE" }],
    ["EXPOSE 80 81/udp", { kind: "expose", words: ["80", "81/udp"] }],
    ['SHELL ["a", "-c"]', { kind: "shell", argv: ["a", "-c"] }],
  ] as const) {
    test(text, () => assert.deepEqual(instructionsOf(text), [expected]));
  }
});

describe("what is refused", () => {
  for (const [text, message] of [
    ["", "file with no instructions"],
    ["# only a comment", "file with no instructions"],
    ["ARG a", "dockerfile contains no stages to build"],
    ["RUN x", "dockerfile parse error on line 1: no build stage in current context"],
    ["FROM x\nRUNN y", "dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)"],
    ["FROM x\nzzz y", "dockerfile parse error on line 2: unknown instruction: zzz"],
    ["FROM a b", "dockerfile parse error on line 1: FROM requires either one or three arguments"],
    ["FROM a AS 1x", /invalid name for build stage: "1x"/],
    ["FROM x\nENV a", "dockerfile parse error on line 2: ENV must have two arguments"],
    ["FROM x\nENV a=b c", /line 2: Syntax error - can't find = in "c"\. Must be of the form: name=value/],
    [
      "FROM x\nCOPY a",
      "dockerfile parse error on line 2: COPY requires at least two arguments, but only 1 provided",
    ],
    [
      "FROM x\nCOPY --form=x a b",
      "dockerfile parse error on line 2: unknown flag: --form (did you mean from?)",
    ],
    [
      "FROM x\nCOPY --from=a --from=b a b",
      "dockerfile parse error on line 2: duplicate flag specified: from",
    ],
    ["FROM x\nCOPY --from a b", "dockerfile parse error on line 2: missing a value on flag: from"],
    ["FROM x\nCOPY --link=maybe a b", /expecting boolean value for flag link, not: maybe/],
    ["FROM x\nCMD [1]", /arrays must be comprised of strings only/],
    ["FROM x\nRUN <<E\na", 'dockerfile parse error on line 2: unterminated heredoc: no line "E" ends it'],
    ["# escape=x\nFROM x", "invalid ESCAPE 'x'. Must be ` or \\"],
    [
      "# syntax=a\n# syntax=b\nFROM x",
      "dockerfile parse error on line 2: only one syntax parser directive can be used",
    ],
    ["FROM x\nONBUILD ONBUILD RUN a", /Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed/],
    ["FROM x\nONBUILD FROM a", /FROM isn't allowed as an ONBUILD trigger/],
    ["FROM x\nSHELL a", /SHELL requires the arguments to be in JSON form/],
    ["FROM x\nHEALTHCHECK x", /Unknown type "x" in HEALTHCHECK \(try CMD\)/],
    ["FROM x\nHEALTHCHECK --interval=1us CMD x", /Interval "interval" cannot be less than 1ms/],
    ["FROM x\nRUN --network=moon x", /invalid network mode "moon"/],
    ["FROM x\nWORKDIR", /WORKDIR requires exactly one argument/],
    ["FROM x\nUSER", /USER requires exactly one argument/],
  ] as const) {
    test(JSON.stringify(text), () => assert.throws(() => parseDockerfile(text), { message }));
  }
});
