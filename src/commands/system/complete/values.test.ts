import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parseLogOptions } from "../../../options/parse/log-options.ts";
import { parseMount } from "../../../options/parse/mounts/mount.ts";
import { parseVolume } from "../../../options/parse/mounts/volume.ts";
import { parseIpc, parseNamespace } from "../../../options/parse/namespace.ts";
import { parseNetworks } from "../../../options/parse/network.ts";
import { parseRestartPolicy } from "../../../options/parse/restart-policy.ts";
import { parseSecret } from "../../../options/parse/secret.ts";
import { parseSecurityOptions } from "../../../options/parse/security-option.ts";
import { parseUlimit } from "../../../options/parse/ulimit.ts";
import { parseUserNamespace } from "../../../options/parse/user-namespace/user-namespace.ts";
import { templateFields } from "../../../podman/template-fields.ts";
import { commands } from "../../index.ts";
import { FILTERS, VALUES } from "./known-values.ts";
import { valueWords } from "./values.ts";

const offered = (name: string, typed = "", command = "run") =>
  valueWords({ command, name, typed }, (kind) => [`${kind}-1`])?.words ?? [];

/** What makes a whole value of a word that goes on. */
const GOES_ON: Readonly<Record<string, string>> = {
  "container:": "c1",
  "ns:": "/proc/1/ns/net",
  "on-failure:": "3",
  "keep-id:uid=": "5",
  "keep-id:gid=": "5",
  "auto:size=": "5",
  "auto:uidmapping=": "0:1:2",
  "slirp4netns:cidr=": "10.9.0.0/24",
  "slirp4netns:enable_ipv6=": "true",
  "slirp4netns:mtu=": "1500",
  "max-size=": "1m",
  "max-file=": "2",
  "path=": "/log",
  "tag=": "x",
  "label=type:": "t",
};
const whole = (word: string, other = "1") => word + (/[=:]$/.test(word) ? (GOES_ON[word] ?? other) : "");

describe("what is offered is taken", () => {
  const parsers: Readonly<Record<string, (word: string) => unknown>> = {
    ipc: (word) => parseIpc(whole(word)),
    pid: (word) => parseNamespace(whole(word)),
    uts: (word) => parseNamespace(whole(word)),
    cgroupns: (word) => parseNamespace(whole(word)),
    network: (word) => parseNetworks([whole(word)]),
    restart: (word) => parseRestartPolicy(whole(word)),
    "log-opt": (word) => parseLogOptions("json-file", [whole(word)]),
    "security-opt": (word) => parseSecurityOptions([whole(word, "/p")]),
    ulimit: (word) => word === "host" || parseUlimit(whole(word)),
    userns: (word) =>
      parseUserNamespace({ userns: whole(word), uidMap: [], gidMap: [] }, () => ({ uid: [], gid: [] })),
  };
  for (const [flag, parse] of Object.entries(parsers))
    for (const word of offered(flag).filter((each) => !/^network-1$/.test(each)))
      test(`--${flag} ${word}`, () => {
        assert.doesNotThrow(() => parse(word));
      });

  const TYPES = ["bind", "volume", "tmpfs", "image", "glob", "devpts", "ramfs"];
  const VALUE: Readonly<Record<string, string>> = {
    "bind-propagation=": "rslave",
    "tmpfs-size=": "1m",
    "tmpfs-mode=": "755",
    "source=": "s",
    "subpath=": "p",
  };
  test("types of --mount", () =>
    assert.deepEqual(
      offered("mount"),
      TYPES.map((type) => `type=${type},`),
    ));
  for (const type of TYPES)
    for (const word of offered("mount", `type=${type},`))
      test(`--mount ${word}`, () => {
        const key = word.slice(`type=${type},`.length);
        const rest = [
          ...(key === "target=" ? [] : ["target=/t"]),
          ...(key === "source=" || !["bind", "image", "glob"].includes(type) ? [] : ["source=/s"]),
        ];
        assert.doesNotThrow(() =>
          parseMount([word + (VALUE[key] ?? (key.endsWith("=") ? "/1" : "")), ...rest].join(","), "/"),
        );
      });

  for (const word of offered("volume", "v:/d:"))
    test(`-v ${word}`, () => {
      assert.doesNotThrow(() => parseVolume(word.replace("v:", /bind|idmap/.test(word) ? "/v:" : "v:"), "/"));
    });
  for (const word of offered("secret", "s,"))
    test(`--secret ${word}`, () => {
      assert.doesNotThrow(() => parseSecret(word.endsWith("=") ? `${word}1` : word));
    });
});

describe("what goes on", () => {
  for (const [flag, typed, expected, directive] of [
    ["ipc", "container:c", ["container:container-1"], "NoFileComp"],
    ["security-opt", "seccomp=/e", [], "Default"],
    ["network", "ns:/p", [], "Default"],
    ["volume", "", ["volume-1:"], "NoSpace"],
    ["volume", "/h", [], "Default"],
    ["volume", "v:/d", [], "Default"],
    ["mount", "type=volume,source=", ["type=volume,source=volume-1,"], "NoSpace"],
    ["mount", "type=image,src=", ["type=image,src=image-1,"], "NoSpace"],
    ["mount", "type=bind,source=/", [], "Default"],
    ["secret", "", ["secret-1"], "NoFileComp"],
  ] as const)
    test(`--${flag} ${typed}`, () => {
      const names = valueWords({ command: "run", name: flag, typed }, (kind) => [`${kind}-1`]);
      assert.deepEqual(
        [names?.words.filter((word) => word.startsWith(typed)), names?.directive],
        [expected, directive],
      );
    });
});

test("fields are Podman's, by what stands before them", () => {
  const fixture = readFileSync(
    join(import.meta.dirname, "../../../../test/fixtures/podman-5.8-fields.txt"),
    "utf8",
  );
  for (const line of fixture.trim().split("\n")) {
    const [command = "", field = ""] = line.split("|");
    const words = offered("format", `{{${field}`, command);
    assert.ok(words.includes(`{{${field}}}`), `${command} ${field}: ${words}`);
  }
  assert.deepEqual(offered("format", "{{.State.Sta", "inspect"), [
    "{{.State.StartedAt}}",
    "{{.State.Status}}",
  ]);
  assert.deepEqual(offered("format", "{{json .Mou", "inspect"), ["{{json .MountLabel}}", "{{json .Mounts}}"]);
  assert.deepEqual(offered("format", "", "ps"), ["json", "table ", "{{."]);
});

test("every command that takes a template has a list of its fields", async () => {
  for (const name of commands.names()) {
    const command = await commands.load(name);
    const flag = command?.flags.format;
    if (flag === undefined || !("value" in flag) || flag.value !== "TEMPLATE") continue;
    assert.notDeepEqual(templateFields(command?.name ?? ""), [], name);
  }
});

test("flags and commands of the tables are there", async () => {
  const tables = new Map<string, ReadonlySet<string>>();
  for (const name of commands.names()) {
    const command = await commands.load(name);
    assert.ok(command);
    tables.set(command.name, new Set(Object.keys(command.flags)));
  }
  for (const name of Object.keys(FILTERS).filter(Boolean)) assert.ok(tables.get(name)?.has("filter"), name);
  const all = new Set([...tables.values()].flatMap((names) => [...names]));
  for (const key of Object.keys(VALUES)) {
    const [command = "", flag = ""] = key.split("--", 2).map((part) => part.trim());
    if (flag === "cgroup-manager" || flag === "runtime" || flag === "events-backend") continue; // global ones
    assert.ok(command === "" ? all.has(flag) : tables.get(command)?.has(flag), key);
  }
});
