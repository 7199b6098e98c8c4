import type { Random } from "./random.ts";

/** What readers trip over: ends of ranges, marks of formats, ways out. */
const TOKENS = [
  "\0",
  "\xff",
  "-1",
  "0",
  "9007199254740993",
  "99999999999999999999",
  "1e9",
  "../",
  "/",
  "..",
  ".wh.",
  ".wh..wh..opq",
  "[]",
  "{}",
  "null",
  '""',
  "[[[[[[[[",
  "sha256:",
  "\n",
  "\ud83d",
  "__proto__",
  "constructor",
  "toString",
  "77777777777",
  "\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff",
  "GNU.sparse.major=1\n",
].map((text) => Buffer.from(text, "latin1"));

type Mutation = (input: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  (input, random) =>
    replace(input, { at: random.below(input.length + 1), drop: 1, put: Buffer.of(random.below(256)) }),
  (input, random) => {
    const put = random.pick(TOKENS);
    return replace(input, { at: random.below(input.length + 1), drop: random.below(2) * put.length, put });
  },
  (input, random) =>
    replace(input, { at: random.below(input.length + 1), drop: random.below(600), put: Buffer.alloc(0) }),
  (input, random) => {
    const from = random.below(input.length + 1);
    return replace(input, {
      at: random.below(input.length + 1),
      drop: 0,
      put: input.subarray(from, from + random.below(1100)),
    });
  },
  (input, random) => input.subarray(0, random.below(input.length + 1)),
  (input, random, others) => {
    const other = random.pick(others);
    return Buffer.concat([
      input.subarray(0, random.below(input.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]);
  },
];

/** One to four changes to one of the corpus. */
export function mutate(corpus: readonly Buffer[], random: Random): Buffer {
  let input = random.pick(corpus);
  for (let left = 1 + random.below(4); left > 0; left--)
    input = random.pick(MUTATIONS)(input, random, corpus);
  return input;
}

function replace(input: Buffer, { at, drop, put }: { at: number; drop: number; put: Buffer }): Buffer {
  return Buffer.concat([input.subarray(0, at), put, input.subarray(at + drop)]);
}

const BLOCK = 512;
const CHECKSUM = { start: 148, end: 156 };

/** Give each block that may be a tar's header the checksum that fits, or no reader would look at it. */
export function withChecksums(tar: Buffer): Buffer {
  const fixed = Buffer.from(tar);
  for (let at = 0; at + BLOCK <= fixed.length; at += BLOCK) {
    if (fixed.toString("latin1", at + 257, at + 262) !== "ustar") continue;
    fixed.fill(" ", at + CHECKSUM.start, at + CHECKSUM.end);
    const sum = fixed.subarray(at, at + BLOCK).reduce((total, byte) => total + byte, 0);
    fixed.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + CHECKSUM.start, "latin1");
  }
  return fixed;
}
