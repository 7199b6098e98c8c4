import assert from "node:assert/strict";
import { test } from "node:test";
import { startCommand } from "./start-command.ts";
import type { CreateCommand } from "./unit-options.ts";

const PLAIN: CreateCommand = {
  globalArguments: [],
  flagArguments: [],
  operands: ["alpine"],
  detach: true,
  replace: false,
  named: false,
  sdnotify: "conmon",
  restart: undefined,
  env: [],
};

const BEGINNING = "tspod run --cidfile=%t/%n.ctr-id";

for (const [what, command, template, expected] of [
  ["the flags that the unit needs", {}, false, `${BEGINNING} --cgroups=no-conmon --rm alpine`],
  [
    "a global flag's value may be called run",
    { globalArguments: ["--root", "run"] },
    false,
    "tspod --root run run --cidfile=%t/%n.ctr-id --cgroups=no-conmon --rm alpine",
  ],
  [
    "a template's instance gets a name",
    {},
    true,
    `tspod run --name=web-%i --cidfile=%t/%n.ctr-id --cgroups=no-conmon --rm alpine`,
  ],
  [
    "or the one that was asked for",
    { flagArguments: ["--name", "mine"], named: true },
    true,
    `${BEGINNING} --cgroups=no-conmon --rm --replace --name mine-%i alpine`,
  ],
  [
    "what the container's own command is given stays as it is",
    { operands: ["alpine", "serve", "--name", "x"] },
    true,
    `tspod run --name=web-%i --cidfile=%t/%n.ctr-id --cgroups=no-conmon --rm alpine serve --name x`,
  ],
] as const)
  test(`startCommand(): ${what}`, () => {
    const words = startCommand({ ...PLAIN, ...command }, { program: "tspod", serviceName: "web", template });
    assert.equal(words.join(" "), expected);
  });
