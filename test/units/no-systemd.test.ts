import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { TSPOD } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/** What needs the user's systemd manager, where none answers: the test's runtime directory has no bus. */
const world = await makeWorld();
after(() => world.close());
const { host } = world;
const at = (path: string) => join(host.directory, path);
const own = join(host.configDirectory, "containers/systemd");
const units = join(host.configDirectory, "systemd/user");
const env = { DBUS_SESSION_BUS_ADDRESS: "" };
const tspod = (...args: string[]) => host.tspod(args, { env });
const NO_MANAGER = "no systemd manager of this user answers: [^\\n]*";

describe("quadlet install", () => {
  const put = (name: string, text: string) => {
    writeFileSync(at(name), text);
    return at(name);
  };
  const installed = () => (existsSync(own) ? readdirSync(own).sort() : []);
  const mistakes: readonly (readonly [name: string, text: string, said: string])[] = [
    ["key.container", `[Container]\nImage=${IMAGE}\nExce=x\n`, "key.container:3: unsupported key 'Exce'"],
    [
      "path.container",
      `[Container]\nImage=${IMAGE}\nServiceName=../x\n`,
      "path.container:3: invalid ServiceName",
    ],
    ["no-image.container", "[Container]\nExec=x\n", "no-image.container"],
    ["other.volume", "[Volume]\nLable=x\n", "other.volume:2: unsupported key 'Lable'"],
    [
      "needs.container",
      `[Container]\nImage=${IMAGE}\nVolume=data.volume:/d\n`,
      "needs.container:3: requested Quadlet unit data.volume was not found",
    ],
    [
      "pair.quadlets",
      `# FileName=one\n[Volume]\n---\n# FileName=two\n[Container]\nImage=${IMAGE}\nExce=x\n`,
      "pair.quadlets/two.container:4: unsupported key 'Exce'",
    ],
  ];
  for (const [name, text, said] of mistakes)
    test(`says what is wrong in ${name}, and installs nothing`, async () => {
      const { code, stdout, stderr } = await tspod("quadlet", "install", put(name, text));
      assert.deepEqual([code, stdout, installed()], [125, "", []]);
      assert.ok(stderr.startsWith(`Error: ${at("")}`), stderr);
      assert.ok(stderr.includes(said), stderr);
      assert.match(stderr, /\nNothing is installed: .*; --force installs it as it is\.\n$/);
    });

  test("says all mistakes of an application at once", async () => {
    mkdirSync(at("shop"));
    put("shop/a.container", `[Container]\nImage=${IMAGE}\nExce=x\n`);
    put("shop/b.container", `[Container]\nImage=${IMAGE}\nLable=x\n`);
    const { code, stderr } = await tspod("quadlet", "install", at("shop"));
    assert.deepEqual([code, installed()], [125, []]);
    assert.match(stderr, /a\.container:3: .*\n.*b\.container:3: /);
  });

  test("takes quadlets that refer to each other, and --force what is wrong", async () => {
    const files = [
      put("web.container", `[Container]\nImage=${IMAGE}\nVolume=data.volume:/d\n`),
      put("data.volume", "[Volume]\n"),
    ];
    const good = await tspod("quadlet", "install", ...files);
    assert.deepEqual(
      [good.code, good.stdout],
      [0, `${join(own, "web.container")}\n${join(own, "data.volume")}\n`],
    );
    assert.match(
      good.stderr,
      new RegExp(`WARN\\[0000\\] ${NO_MANAGER}; it will read the quadlets when it starts\n$`),
    );
    const forced = await tspod("quadlet", "install", "--force", at("key.container"));
    assert.deepEqual([forced.code, forced.stdout], [0, `${join(own, "key.container")}\n`]);
  });

  test("list says unknown for each, and once why", async () => {
    const { code, stdout, stderr } = await tspod("quadlet", "list", "--format", "{{.Name}} {{.Status}}");
    assert.deepEqual(
      [code, stdout],
      [0, "NAME STATUS\ndata.volume unknown\nkey.container unknown\nweb.container unknown\n"],
    );
    assert.match(stderr, new RegExp(`^WARN\\[0000\\] status of services unknown: ${NO_MANAGER}\n$`));
  });

  test("rm removes them", async () => {
    const { code, stdout, stderr } = await tspod(
      "quadlet",
      "rm",
      "web.container",
      "key.container",
      ".web.app",
    );
    assert.deepEqual([code, installed()], [0, []]);
    assert.match(stdout, /^web\.container\n/);
    assert.match(stderr, new RegExp(`^WARN\\[0000\\] ${NO_MANAGER}`));
  });
});

for (const [name, line] of [
  ["boot", `@reboot ${TSPOD} start --all --filter should-start-on-boot=true`],
  ["auto-update", `@daily ${TSPOD} auto-update`],
] as const)
  test(`system ${name} enable says what does without systemd, and writes nothing`, async () => {
    const { code, stdout, stderr } = await tspod("system", name, "enable");
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(
      stderr,
      new RegExp(`^Error: ${NO_MANAGER}; without systemd, this line in "crontab -e" does it: `),
    );
    assert.ok(stderr.endsWith(`: ${line}\n`), stderr);
    assert.ok(!existsSync(units) || readdirSync(units).length === 0);
  });

test("a boot unit that is written but not enabled doesn't count, and disable takes it away", async () => {
  mkdirSync(join(units, "default.target.wants"), { recursive: true });
  writeFileSync(join(units, "tspod-restart.service"), "[Unit]\n");
  const written = await tspod("system", "boot", "status");
  assert.deepEqual([written.code, written.stdout.split(":")[0]], [1, "disabled"]);
  symlinkSync("../tspod-restart.service", join(units, "default.target.wants/tspod-restart.service"));
  const enabled = await tspod("system", "boot", "status");
  assert.deepEqual([enabled.code, enabled.stdout.split(":")[0]], [0, "enabled"]);
  const { code, stdout, stderr } = await tspod("system", "boot", "disable");
  assert.deepEqual([code, stdout, stderr], [0, `${join(units, "tspod-restart.service")}\n`, ""]);
  // systemctl, which works on files as well, takes the empty directory too.
  assert.deepEqual(
    readdirSync(units, { recursive: true }).filter((name) => name !== "default.target.wants"),
    [],
  );
});
