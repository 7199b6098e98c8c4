import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { runProgram, TSPOD } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const at = (path: string) => join(host.directory, path);
const settings = join(host.configDirectory, "containers");
const own = join(settings, "systemd");
const policy = join(settings, "policy.json");
const thesis = at("thesis.txt");
const UNIT = `[Container]\nImage=${IMAGE}\n`;
const rm = (...args: string[]) => host.tspod(["quadlet", "rm", "--reload-systemd=false", ...args]);
const install = (...args: string[]) => host.tspod(["quadlet", "install", "--reload-systemd=false", ...args]);

/** What no command here may touch. */
function assertUntouched(): void {
  assert.equal(readFileSync(thesis, "utf8"), "years of work");
  assert.equal(readFileSync(policy, "utf8"), '{"default":[{"type":"insecureAcceptAnything"}]}');
}

mkdirSync(own, { recursive: true });
writeFileSync(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
beforeEach(() => writeFileSync(thesis, "years of work"));

describe("quadlet rm", () => {
  const names = [
    "../policy.json",
    "../../../thesis.txt",
    "./../policy.json",
    "/etc/passwd",
    "..",
    ".",
    "",
    "a/b.container",
    "../x.container",
    "a\nb.container",
    `${"a".repeat(300)}.container`,
  ];
  for (const name of [...names, thesis])
    test(`refuses ${JSON.stringify(name).slice(0, 40)}, with or without --ignore`, async () => {
      for (const flags of [[], ["--ignore"]]) {
        const { code, stdout, stderr } = await rm(...flags, name);
        assert.deepEqual([code, stdout], [125, ""]);
        assert.match(stderr, /^Error: invalid quadlet name "/);
      }
      assertUntouched();
    });

  test("leaves a file that is neither a quadlet nor part of an application", async () => {
    writeFileSync(join(own, "notes.txt"), "mine");
    const { code, stdout, stderr } = await rm("notes.txt");
    assert.deepEqual(
      [code, stdout, stderr],
      [125, "", 'Error: ".txt" is not a supported quadlet file type\n'],
    );
    assert.equal(readFileSync(join(own, "notes.txt"), "utf8"), "mine");
  });

  test("prints only what was there", async () => {
    const { code, stdout, stderr } = await rm("--ignore", "nosuch.container");
    assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    const missing = await rm("nosuch.container");
    assert.deepEqual([missing.code, missing.stdout], [125, ""]);
    assert.match(missing.stderr, /^Error: could not locate quadlet "nosuch\.container"/);
  });

  test("takes of an application what is in the quadlets' directory, whatever its list names", async () => {
    mkdirSync(join(own, "kept"));
    writeFileSync(join(own, "page.html"), "<p>");
    writeFileSync(join(own, ".shop.app"), "page.html\n../policy.json\n../../../thesis.txt\n..\nkept\n\n");
    const { code, stdout, stderr } = await rm(".shop.app");
    assert.equal(code, 125);
    assert.match(stderr, /^Error: removing ".*\/kept": /);
    assert.equal(stdout, "page.html\n.shop.app\n");
    assertUntouched();
    assert.deepEqual(readdirSync(join(own, "kept")), []);
    assert.ok(!existsSync(join(own, "page.html")));
  });

  test("leaves what another directory than the user's has", async () => {
    const others = at("others");
    mkdirSync(others);
    writeFileSync(join(others, "web.container"), UNIT);
    const { code, stdout, stderr } = await host.tspod(
      ["quadlet", "rm", "--reload-systemd=false", "web.container"],
      {
        env: { QUADLET_UNIT_DIRS: others },
      },
    );
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, /web\.container" is not one of your own quadlets, which are in "/);
    assert.ok(existsSync(join(others, "web.container")));
  });
});

describe("quadlet print", () => {
  for (const name of ["../policy.json", "../x.container", "/etc/passwd"])
    test(`finds no ${name}`, async () => {
      writeFileSync(join(settings, "x.container"), "[Secret]\n");
      const { code, stdout } = await host.tspod(["quadlet", "print", name]);
      assert.deepEqual([code, stdout], [125, ""]);
    });
});

describe("quadlet install", () => {
  for (const name of ["a\nb.container", "a\x1b[31m.container"])
    test(`refuses the file name ${JSON.stringify(name)}`, async () => {
      const before = readdirSync(own);
      writeFileSync(at(name), UNIT);
      const { code, stdout, stderr } = await install(at(name));
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(
        stderr,
        /^Error: quadlet to install "[^\n\x1b]*": its name must have no control characters/,
      );
      assert.deepEqual(readdirSync(own), before);
    });

  test("refuses a name inside a .quadlets file that leads out", async () => {
    const before = readdirSync(own);
    writeFileSync(at("several.quadlets"), `# FileName=../../x\n${UNIT}---\n# FileName=b\n${UNIT}`);
    const { code, stderr } = await install(at("several.quadlets"));
    assert.equal(code, 125);
    assert.match(stderr, /part 1: missing or invalid "# FileName=<name>"/);
    assert.deepEqual(readdirSync(own), before);
  });
});

test("the generator makes no file of a ServiceName= that is a path", async () => {
  const units = at("units");
  mkdirSync(units);
  const out = at("out");
  mkdirSync(join(out, "normal"), { recursive: true });
  writeFileSync(join(units, "a.container"), `${UNIT}ServiceName=../../escaped\n`);
  writeFileSync(join(units, "b.container"), `${UNIT}[Install]\nAlias=../../also.service\nWantedBy=../../x\n`);
  const generator = at("tspod-system-generator");
  symlinkSync(TSPOD, generator);
  const { code, stderr } = await runProgram(generator, [join(out, "normal")], {
    env: { ...host.env, QUADLET_UNIT_DIRS: units },
  });
  assert.equal(code, 1);
  assert.match(
    stderr,
    /converting "a\.container": invalid ServiceName "\.\.\/\.\.\/escaped": it must be a name, not a path in .*\/a\.container:3\n/,
  );
  assert.deepEqual(readdirSync(out), ["normal"]);
  assert.deepEqual(readdirSync(join(out, "normal")), ["b.service"]);
  assert.ok(!existsSync(at("escaped.service")) && !existsSync(at("also.service")));
});
