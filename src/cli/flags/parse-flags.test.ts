import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../errors.ts";
import type { FlagTable } from "./flag.ts";
import { parseFlags } from "./parse-flags.ts";

const table = {
  "cap-add": { type: "list", split: true, help: "" },
  detach: { type: "boolean", short: "d", help: "" },
  "detach-keys": { type: "string", default: "ctrl-p,ctrl-q", help: "" },
  env: { type: "list", short: "e", help: "" },
  filter: { type: "list", split: true, short: "f", help: "" },
  hostname: { type: "string", short: "h", help: "" },
  interactive: { type: "boolean", short: "i", help: "" },
  last: { type: "int", short: "n", default: -1, help: "" },
  name: { type: "string", help: "" },
  network: { type: "list", aliases: ["net"], help: "" },
  publish: { type: "list", short: "p", help: "" },
  pull: { type: "string", default: "missing", optionalValue: "always", help: "" },
  rm: { type: "boolean", help: "" },
  "sig-proxy": { type: "boolean", default: true, help: "" },
  sort: { type: "string", default: "created", choices: ["created", "names"], help: "" },
  time: { type: "int", unsigned: true, short: "t", help: "" },
  user: { type: "string", short: "u", help: "" },
  verbose: { type: "boolean", short: "v", hidden: true, help: "" },
} as const satisfies FlagTable;

type Expected = Readonly<Record<string, unknown>>;

/**
 * Argument line (parted at spaces; ␠ is a space within an argument) → values that differ from the defaults,
 * operands.
 */
const GOOD: readonly (readonly [line: string, values: Expected, operands: readonly string[]])[] = [
  ["", {}, []],
  ["a b", {}, ["a", "b"]],
  ["-", {}, ["-"]],
  ["--rm", { rm: true }, []],
  ["--rm a", { rm: true }, ["a"]],
  ["--rm=true", { rm: true }, []],
  ["--rm=false", { rm: false }, []],
  ["--rm=1", { rm: true }, []],
  ["--rm=T", { rm: true }, []],
  ["--rm=0", { rm: false }, []],
  ["--rm=FALSE", { rm: false }, []],
  ["--rm false", { rm: true }, ["false"]],
  ["--rm --rm=false", { rm: false }, []],
  ["--sig-proxy=false", { "sig-proxy": false }, []],
  ["-d", { detach: true }, []],
  ["-d=false", { detach: false }, []],
  ["-di", { detach: true, interactive: true }, []],
  ["-id", { detach: true, interactive: true }, []],
  ["-di=false", { detach: true, interactive: false }, []],
  ["-d -i", { detach: true, interactive: true }, []],
  ["--name x", { name: "x" }, []],
  ["--name=x", { name: "x" }, []],
  ["--name=", { name: "" }, []],
  ["--name -x", { name: "-x" }, []],
  ["--name --rm", { name: "--rm" }, []],
  ["--name --", { name: "--" }, []],
  ["--name=--rm", { name: "--rm" }, []],
  ["--name=a=b", { name: "a=b" }, []],
  ["--name x --name y", { name: "y" }, []],
  ["--name 'x'", { name: "'x'" }, []],
  ['--name "x"', { name: '"x"' }, []],
  ["--name a␠b", { name: "a b" }, []],
  ["--name 0x10", { name: "0x10" }, []],
  ["--name true", { name: "true" }, []],
  ["--name 1e3", { name: "1e3" }, []],
  ["--name no-name", { name: "no-name" }, []],
  ["-u root", { user: "root" }, []],
  ["-uroot", { user: "root" }, []],
  ["-u=root", { user: "root" }, []],
  ["-u 0:0", { user: "0:0" }, []],
  ["-u 1000", { user: "1000" }, []],
  ["-du1000", { detach: true, user: "1000" }, []],
  ["-du 1000", { detach: true, user: "1000" }, []],
  ["-u -1", { user: "-1" }, []],
  ["-u=", { user: "=" }, []],
  ["-h web", { hostname: "web" }, []],
  ["-hweb", { hostname: "web" }, []],
  ["-p 8080:80", { publish: ["8080:80"] }, []],
  ["-p8080:80", { publish: ["8080:80"] }, []],
  ["-p=8080:80", { publish: ["8080:80"] }, []],
  ["-p8080:80 -p 9090:90", { publish: ["8080:80", "9090:90"] }, []],
  ["-dp8080:80 a", { detach: true, publish: ["8080:80"] }, ["a"]],
  ["-idp 8080:80 a", { detach: true, interactive: true, publish: ["8080:80"] }, ["a"]],
  ["--publish=80 a --publish 81", { publish: ["80", "81"] }, ["a"]],
  ["-e A=b", { env: ["A=b"] }, []],
  ["-eA=b", { env: ["A=b"] }, []],
  ["-e=A=b", { env: ["A=b"] }, []],
  ["-e A", { env: ["A"] }, []],
  ["-e A=a,b", { env: ["A=a,b"] }, []],
  ["-e A=1 --env B=2 -eC=3", { env: ["A=1", "B=2", "C=3"] }, []],
  ["-e A= -e B", { env: ["A=", "B"] }, []],
  ["-e -A", { env: ["-A"] }, []],
  ["--env A.b=c", { env: ["A.b=c"] }, []],
  ["--cap-add a,b --cap-add c", { "cap-add": ["a", "b", "c"] }, []],
  ["--cap-add=a,b", { "cap-add": ["a", "b"] }, []],
  ["--cap-add=", { "cap-add": [] }, []],
  ['--cap-add "a,b",c', { "cap-add": ["a,b", "c"] }, []],
  ['--cap-add a,"b""c"', { "cap-add": ["a", 'b"c'] }, []],
  ["--cap-add a,,b", { "cap-add": ["a", "", "b"] }, []],
  ["-f status=exited -f label=a=b", { filter: ["status=exited", "label=a=b"] }, []],
  ["--net host", { network: ["host"] }, []],
  ["--net=host --network none", { network: ["host", "none"] }, []],
  ["-n 3", { last: 3 }, []],
  ["-n3", { last: 3 }, []],
  ["-n -1", { last: -1 }, []],
  ["-n=+5", { last: 5 }, []],
  ["--last=0x10", { last: 16 }, []],
  ["--last 010", { last: 8 }, []],
  ["--last 0b11", { last: 3 }, []],
  ["-t 10", { time: 10 }, []],
  ["-t0", { time: 0 }, []],
  ["--pull", { pull: "always" }, []],
  ["--pull never", { pull: "always" }, ["never"]],
  ["--pull=never", { pull: "never" }, []],
  ["--sort names", { sort: "names" }, []],
  ["--verbose", { verbose: true }, []],
  ["a --rm b", { rm: true }, ["a", "b"]],
  ["-- --rm", {}, ["--rm"]],
  ["--rm -- -d", { rm: true }, ["-d"]],
  ["a -- -d --", {}, ["a", "-d", "--"]],
  ["--detach-keys=", { "detach-keys": "" }, []],
];

/** With everything from the first operand on left alone: run, create, exec. */
const HALTED: readonly (readonly [line: string, values: Expected, operands: readonly string[]])[] = [
  ["-it=5 image", { interactive: true, time: 5 }, ["image"]],
  ["-i image ls -l --color=auto", { interactive: true }, ["image", "ls", "-l", "--color=auto"]],
  ["image --rm", {}, ["image", "--rm"]],
  ["image -- --rm", {}, ["image", "--", "--rm"]],
  ["-- image --rm", {}, ["image", "--rm"]],
  ["--rm image --name x", { rm: true }, ["image", "--name", "x"]],
  ["--name x image -e A=b", { name: "x" }, ["image", "-e", "A=b"]],
  [
    "--rm -e A=b -p8080:80 image sh -c exit␠3",
    { rm: true, env: ["A=b"], publish: ["8080:80"] },
    ["image", "sh", "-c", "exit 3"],
  ],
  ["image --help", {}, ["image", "--help"]],
  ["- -d", {}, ["-", "-d"]],
];

/** Podman's own words, taken from podman 4.3.1. */
const BAD: readonly (readonly [line: string, message: string, hint?: string])[] = [
  ["--foo", "unknown flag: --foo"],
  ["--foo=bar", "unknown flag: --foo"],
  ["--nmae x", "unknown flag: --nmae", "Did you mean --name?"],
  ["--detatch", "unknown flag: --detatch", "Did you mean --detach?"],
  ["--det", "unknown flag: --det", "Did you mean --detach?"],
  ["--verbos", "unknown flag: --verbos"],
  ["--no-rm", "unknown flag: --no-rm"],
  ["--constructor", "unknown flag: --constructor"],
  ["--__proto__=x", "unknown flag: --__proto__"],
  ["-z", "unknown shorthand flag: 'z' in -z"],
  ["-dz", "unknown shorthand flag: 'z' in -z"],
  ["-zz", "unknown shorthand flag: 'z' in -zz"],
  ["-=x", "unknown shorthand flag: '=' in -=x"],
  ["-d=", "unknown shorthand flag: '=' in -="],
  ["--=x", "bad flag syntax: --=x"],
  ["---x", "bad flag syntax: ---x"],
  ["--name", "flag needs an argument: --name"],
  ["-u", "flag needs an argument: 'u' in -u"],
  ["-du", "flag needs an argument: 'u' in -u"],
  ["-h", "flag needs an argument: 'h' in -h"],
  [
    "--rm=maybe",
    'invalid argument "maybe" for "--rm" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
  ],
  ["--rm=", 'invalid argument "" for "--rm" flag: strconv.ParseBool: parsing "": invalid syntax'],
  [
    "--rm=yes --rm",
    'invalid argument "yes" for "--rm" flag: strconv.ParseBool: parsing "yes": invalid syntax',
  ],
  ["-d=x", 'invalid argument "x" for "-d, --detach" flag: strconv.ParseBool: parsing "x": invalid syntax'],
  ["-n x", 'invalid argument "x" for "-n, --last" flag: strconv.ParseInt: parsing "x": invalid syntax'],
  ["-n 1.5", 'invalid argument "1.5" for "-n, --last" flag: strconv.ParseInt: parsing "1.5": invalid syntax'],
  [
    "-n 99999999999999999999",
    'invalid argument "99999999999999999999" for "-n, --last" flag: strconv.ParseInt: parsing "99999999999999999999": value out of range',
  ],
  ["-t -1", 'invalid argument "-1" for "-t, --time" flag: strconv.ParseUint: parsing "-1": invalid syntax'],
  [
    "--sort size",
    'invalid argument "size" for "--sort" flag: "size" is not a valid value.  Choose from: "created, names"',
  ],
  [
    '--cap-add a="b"',
    'invalid argument "a=\\"b\\"" for "--cap-add" flag: parse error on line 1, column 3: bare " in non-quoted-field',
  ],
];

const HELP: readonly (readonly [line: string, help: boolean])[] = [
  ["--help", true],
  ["a --help", true],
  ["--rm --help a", true],
  ["-- --help", false],
  ["--name --help", false],
];

function words(line: string): string[] {
  return line === "" ? [] : line.split(" ").map((word) => word.replaceAll("␠", " "));
}

function defaults(): Record<string, unknown> {
  return { ...parseFlags([], table).values };
}

for (const [line, values, operands] of GOOD) {
  test(`parseFlags(): ${line || "nothing"}`, () => {
    const parsed = parseFlags(words(line), table);
    assert.deepEqual(parsed.values, { ...defaults(), ...values });
    assert.deepEqual(parsed.operands, operands);
  });
}

for (const [line, values, operands] of HALTED) {
  test(`parseFlags() halts at the first operand: ${line}`, () => {
    const parsed = parseFlags(words(line), table, { haltAtOperand: true });
    assert.deepEqual(parsed.values, { ...defaults(), ...values });
    assert.deepEqual(parsed.operands, operands);
  });
}

for (const [line, message, hint] of BAD) {
  test(`parseFlags() refuses ${line}`, () => {
    assert.throws(
      () => parseFlags(words(line), table),
      (error) => error instanceof UsageError && error.message === message && error.hint === hint,
      `${line} should fail with: ${message}`,
    );
  });
}

for (const [line, help] of HELP) {
  test(`parseFlags(): ${line} ${help ? "asks" : "doesn't ask"} for help`, () => {
    assert.equal(parseFlags(words(line), table).help, help);
  });
}

test("parseFlags(): defaults without an argument", () => {
  assert.deepEqual(defaults(), {
    "cap-add": [],
    detach: false,
    "detach-keys": "ctrl-p,ctrl-q",
    env: [],
    filter: [],
    hostname: undefined,
    interactive: false,
    last: -1,
    name: undefined,
    network: [],
    publish: [],
    pull: "missing",
    rm: false,
    "sig-proxy": true,
    sort: "created",
    time: undefined,
    user: undefined,
    verbose: false,
  });
});

test("parseFlags(): given names the flags of the line, by their long names", () => {
  assert.deepEqual([...parseFlags(words("-d --net x --rm=false"), table).given].sort(), [
    "detach",
    "network",
    "rm",
  ]);
});
