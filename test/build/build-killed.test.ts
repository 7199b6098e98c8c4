import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { runProgram, sleep, TSPOD, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/*
 * SIGKILL to a build at moments spread over all of it, and a full disk: nothing that was there is lost,
 * nothing half stays, and the next build does the rest.
 */

const world = await makeWorld();
after(() => world.close());
const { host } = world;
await host.ok(["tag", IMAGE, "localhost/base"]);
const store = join(host.dataDirectory, "tspod");
const at = (name: string): string => join(host.directory, name);

const FILES = 800;
const directory = makeContext(
  host,
  [
    "FROM localhost/base",
    "ARG ROUND",
    "RUN echo $ROUND > /round",
    "COPY many /many",
    "RUN rm -r /many/d1 && echo two > /two",
    "COPY big /big",
  ].join("\n"),
);
for (let index = 0; index < FILES; index++) {
  mkdirSync(join(directory, "many", `d${index % 10}`), { recursive: true });
  writeFileSync(join(directory, "many", `d${index % 10}`, `f${index}`), `content ${index}`);
}
writeFileSync(join(directory, "big"), Buffer.alloc(8 << 20, 7));
const build = (round: string, ...flags: string[]): string[] => [
  ...["build", "--network", "none", "--build-arg", `ROUND=${round}`],
  ...flags,
  directory,
];
await host.ok(build("first", "-q", "-t", "stable"));

const OUTPUTS: Readonly<Record<string, (round: string) => string[]>> = {
  "an image": () => ["-t", "made"],
  "a squashed image": () => ["-t", "made", "--squash"],
  files: (round) => ["-o", `type=local,dest=${at(`files-${round}`)}`],
  "a tar": (round) => ["-o", `type=tar,dest=${at(`${round}.tar`)}`],
  "an archive": (round) => ["-t", "archived", "-o", `type=oci,dest=${at(`${round}-oci.tar`)}`],
  "a cache": (round) => ["-t", "made", "--cache-to", `type=local,dest=${at(`cache-${round}`)}`],
};

/** How long one takes here and now. */
async function duration(args: readonly string[]): Promise<number> {
  const began = performance.now();
  await host.ok(args);
  return performance.now() - began;
}

/** What of a build is left where it shouldn't be. */
function leftovers(): string[] {
  const runtime = readdirSync(host.runtimeDirectory, { recursive: true }).map(String);
  return [
    ...readdirSync(join(store, "tmp")).filter((name) => !name.startsWith("blob-")),
    ...runtime.filter((name) => name.includes("workshop")),
    ...[...host.processes().values()].filter((line) => line.includes("tspod-monitor")),
  ];
}

const MOMENTS = [0.35, 0.8];

for (const [kind, output] of Object.entries(OUTPUTS))
  describe(`a build of ${kind}, killed`, async () => {
    const whole = await duration(build(`${kind.length}-whole`, "-q", ...output("whole")));
    for (const share of MOMENTS)
      test(`after ${share * 100} % of its time`, async () => {
        const round = `${kind.replaceAll(" ", "-")}-${share}`;
        const running = host.start(build(round, "-q", ...output(round)));
        await sleep(whole * share);
        running.child.kill("SIGKILL");
        await running.ended;
        // A tar is there as a whole, or not at all.
        const tar = at(`${round}.tar`);
        if (existsSync(tar))
          assert.match(await runProgram("tar", ["-tf", tar]).then((each) => each.stdout), /^big$/m);
        const list = [
          "run",
          "--rm",
          "--network",
          "none",
          "stable",
          "sh",
          "-c",
          "ls /many | wc -l; cat /round",
        ];
        assert.equal(await host.ok(list), "9\nfirst");
        await host.ok(build(round, "-q", "-t", "made"));
        const made = [
          "run",
          "--rm",
          "--network",
          "none",
          "made",
          "sh",
          "-c",
          "cat /round /two; wc -c < /big",
        ];
        assert.equal(await host.ok(made), `${round}\ntwo\n${8 << 20}`);
        await until(() => leftovers().length === 0, "the sweep", 30_000).catch(() =>
          assert.deepEqual(leftovers(), []),
        );
      });
  });

test("the store is sound after all of that", async () => {
  const { code, stdout, stderr } = await host.tspod(["system", "check"]);
  assert.deepEqual([code, stderr], [0, ""], stdout);
});

describe("a full disk", () => {
  /** A shell script with $0 = tspod, whose store is a file system of 24 MB. */
  const onSmallDisk = (script: string) => {
    const disk = "mkdir -p small && mount -t tmpfs -o size=24m none small && export XDG_DATA_HOME=$PWD/small";
    return runProgram(TSPOD, ["unshare", "sh", "-c", `${disk}; ${script}`, TSPOD], {
      env: host.env,
      cwd: host.directory,
      timeoutMs: 120_000,
    });
  };
  const used = "df -k small | awk 'NR == 2 { print $3 }'";

  for (const [what, last] of [
    ["a COPY", "COPY huge /huge"],
    ["an ADD of an archive", "ADD huge.tar /huge"],
    ["a RUN", "RUN cat /dev/zero > /huge"],
  ] as const) {
    test(`${what} that does not fit: one line, what was done stays, nothing else`, async () => {
      const context = makeContext(host, `FROM ${IMAGE}\nRUN echo kept > /kept\n${last}\n`);
      writeFileSync(join(context, "huge"), Buffer.alloc(40 << 20, 7));
      await runProgram("tar", ["-C", context, "-cf", join(context, "huge.tar"), "huge"]);
      writeFileSync(join(context, "Small"), `FROM ${IMAGE}\nRUN echo kept > /kept\n`);
      const { stdout, stderr } = await onSmallDisk(`
        "$0" build -q --network none -f Small '${context}' >/dev/null; ${used}
        "$0" build -q --network none '${context}'; echo "code $?"
        "$0" build --network none -f Small '${context}' | grep -c 'Using cache'; ${used}; ls small/tspod/tmp | wc -l`);
      const [before, code, cached, afterwards, left] = stdout.trim().split("\n");
      assert.match(code ?? "", /^code (?:125|1)$/, stderr);
      assert.deepEqual([cached, left], ["1", "0"], stderr);
      assert.ok(Number(afterwards) - Number(before) < 200, `${before} kB, then ${afterwards} kB`);
      assert.match(stderr, /[Nn]o space left on device/);
      assert.doesNotMatch(stderr, /\n {4}at |exit status -/);
    });
  }
});
