import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readContainersConf } from "./containers-conf.ts";

const directory = mkdtempSync(join(tmpdir(), "tspod-conf-"));
after(() => rmSync(directory, { recursive: true }));
const conf = join(directory, "containers.conf");
writeFileSync(conf, '[containers]\nlog_driver = "k8s-file"\n');
const cache = join(directory, "cache");
const kept = join(cache, "containers-conf.json");
const read = () => readContainersConf({ CONTAINERS_CONF: conf }, cache);
const SETTINGS = [{ key: "containers.log_driver", value: "k8s-file", source: `${conf}:2` }];

test("what was read is kept, and taken while the file is the same", async () => {
  assert.deepEqual(await read(), SETTINGS);
  const sound = readFileSync(kept, "utf8");
  writeFileSync(kept, sound.replace("k8s-file", "of the cache"));
  assert.equal((await read())[0]?.value, "of the cache");
  writeFileSync(kept, sound);
});

for (const [name, change] of [
  ["cut short", (text: string) => text.slice(0, -9)],
  ["null", () => "null"],
  ["a list", () => "[]"],
  ["without settings", (text: string) => text.replace("settings", "others")],
  ["with a setting that is null", (text: string) => text.replace(/\[.*\]/, "[null]")],
  ["with a value that is an object", (text: string) => text.replace('"k8s-file"', "{}")],
  ["with a list of numbers", (text: string) => text.replace('"k8s-file"', "[7]")],
  ["with a source that is a number", (text: string) => text.replace(/"source":"[^"]*"/, '"source":7')],
] as const)
  test(`a cache ${name} is read past, and written anew`, async () => {
    const sound = readFileSync(kept, "utf8");
    assert.notEqual(change(sound), sound);
    writeFileSync(kept, change(sound));
    assert.deepEqual(await read(), SETTINGS);
    assert.equal(readFileSync(kept, "utf8"), sound);
  });

test("integers: of a size, and of pools of subnets", async () => {
  const file = join(directory, "integers.conf");
  writeFileSync(
    file,
    [
      "[engine]",
      "events_logfile_max_size = 1000000",
      "[network]",
      'default_subnet_pools = [{"base" = "10.202.0.0/16", "size" = 28}, {base = "10.203.0.0/16", size = 24}]',
    ].join("\n"),
  );
  const settings = await readContainersConf({ CONTAINERS_CONF: file }, join(directory, "other"));
  assert.deepEqual(
    settings.map(({ key, value }) => [key, value]),
    [
      ["engine.events_logfile_max_size", 1000000],
      ["network.default_subnet_pools", ["10.202.0.0/16 28", "10.203.0.0/16 24"]],
    ],
  );
});
