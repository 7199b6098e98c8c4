import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/*
 * Every field that Podman 5.8's completion of `--format` offers is one here, empty or not: a template that
 * works with podman must not end with "can't evaluate field".
 */

const registries = dockerRegistries();
const world = await makeWorld();
after(async () => {
  registries.close();
  await world.close();
});
const { host } = world;
const searched = await registries.start();
await host.ok(["push", "-q", "--tls-verify=false", IMAGE, `${searched}/busybox:1`]);
await host.ok(["run", "-d", "--name", "bare", IMAGE, "sleep", "1000"]);
await host.ok([
  ...["run", "-d", "--name", "full", "--health-cmd", "true", "--health-startup-cmd", "true"],
  ...["-v", "kept:/kept", "-p", "127.0.0.1::80", "-l", "k=v", IMAGE, "sleep", "1000"],
]);
await host.ok(["secret", "create", "word", "-"], { input: "x" });
writeFileSync(join(host.directory, "file"), "content");
await host.ok(["artifact", "add", "localhost/thing:1", "file"]);
await host.ok(["pod", "create", "--name", "p"]);
await host.ok(["run", "-d", "--pod", "p", "--name", "member", IMAGE, "sleep", "1000"]);

/** What a command needs beside `--format`. */
const OPERANDS: Readonly<Record<string, readonly string[]>> = {
  "artifact inspect": ["localhost/thing:1"],
  "auto-update": ["--dry-run"],
  "container inspect": ["bare", "full"],
  events: ["--stream=false", "--since", "1h"],
  "pod stats": ["--no-stream"],
  history: [IMAGE],
  "image inspect": [IMAGE],
  ps: ["--size"],
  search: ["--tls-verify=false", `${searched}/busybox`],
  "secret inspect": ["word"],
  stats: ["--no-stream", "full"],
  "volume inspect": ["kept"],
};

const fields = new Map<string, string[]>();
for (const line of readFileSync(join(import.meta.dirname, "../fixtures/podman-5.8-fields.txt"), "utf8")
  .trim()
  .split("\n")) {
  const [command = "", field = ""] = line.split("|");
  fields.set(command, [...(fields.get(command) ?? []), field]);
}

/** A field below a nil pointer is an error in Podman, too, so each step is asked for by itself. */
function asTemplate(field: string): string {
  const [name, ...rest] = field.slice(1).split(".");
  return rest.length === 0 ? `{{.${name}}}` : `{{with .${name}}}${asTemplate(`.${rest.join(".")}`)}{{end}}`;
}

for (const [command, names] of fields) {
  test(`${command}: ${names.length} fields`, async () => {
    const format = names.map(asTemplate).join("|");
    const result = await host.tspod([
      ...command.split(" "),
      ...(OPERANDS[command] ?? []),
      "--format",
      format,
    ]);
    assert.equal(result.stderr, "");
    assert.equal(result.code, 0);
    // Strings of JavaScript's that no Go template prints.
    assert.doesNotMatch(result.stdout, /undefined|\[object|NaN|=>/);
  });
}

const ZERO_VALUES = [
  [
    "image inspect",
    IMAGE,
    "{{.Config.Labels}}|{{.Config.User}}|{{.Config.ExposedPorts}}|{{.HealthCheck}}",
    "map[]||map[]|<nil>",
  ],
  [
    "inspect",
    "bare",
    "{{.State.Healthcheck}}|{{.Config.Healthcheck}}|{{.HostConfig.IDMappings}}",
    "<nil>|<nil>|<nil>",
  ],
  [
    "inspect",
    "bare",
    '{{index .Config.Labels "x"}}|{{.Config.Labels.x}}|{{.Config.Volumes}}',
    "|<no value>|map[]",
  ],
  [
    "inspect",
    "bare",
    "{{.SizeRw}}|{{.SizeRootFs}}|{{.HostConfig.Init}}|{{.State.CheckpointLog}}",
    "<nil>|0|false|",
  ],
  ["inspect", "full", "{{.Config.Healthcheck}}", "{[CMD-SHELL true] 0s 0s 30s 30s 3}"],
  ["inspect", "full", "{{.Config.Healthcheck.Interval}} {{len .Config.Healthcheck.Test}}", "30s 2"],
  ["inspect", "full", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", ""],
  [
    "inspect",
    "full",
    '{{(index .Mounts 0).Destination}} {{len .Mounts}} {{index .Config.Labels "k"}}',
    "/kept 1 v",
  ],
  [
    "volume inspect",
    "kept",
    "{{.Status}}|{{.Timeout}}|{{.StorageID}}|{{.UID}}|{{.Anonymous}}",
    "map[]|0||0|false",
  ],
  ["secret inspect", "word", "{{.Spec.Labels}}|{{.SecretData}}", "map[]|"],
] as const;

describe("as podman 5.8.6 prints them", () => {
  for (const [command, name, format, expected] of ZERO_VALUES) {
    test(`${command} ${format}`, async () =>
      assert.equal(await host.ok([...command.split(" "), "--format", format, name]), expected));
  }

  test("times have Go's methods", async () => {
    const [{ Created }] = JSON.parse(await host.ok(["inspect", "full"]));
    const format =
      '{{.Created.Format "2006-01-02T15:04"}} {{.Created.Year}} {{.Created.UTC.Format "Jan"}} {{.Created.IsZero}}';
    const month = new Date(Created).toLocaleString("en-US", { month: "short", timeZone: "UTC" });
    assert.equal(
      await host.ok(["inspect", "--format", format, "full"]),
      `${Created.slice(0, 16)} ${Created.slice(0, 4)} ${month} false`,
    );
    assert.match(
      await host.ok([
        "ps",
        "--filter",
        "name=full",
        "--format",
        '{{.Created.Format "2006"}} {{.Created.Unix}}',
      ]),
      /^\d{4} \d{10}$/,
    );
  });

  test("a field that Podman hasn't is an error, 125", async () => {
    const result = await host.tspod(["inspect", "--format", "{{.State.Nothing}}", "full"]);
    assert.deepEqual([result.code, result.stdout], [125, ""]);
    assert.match(
      result.stderr,
      /template: inspect:1:\d+: executing "inspect" at <\.State\.Nothing>: can't evaluate field Nothing/,
    );
  });
});
