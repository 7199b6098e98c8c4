import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { formatReference, parseReference } from "../../oci/reference.ts";
import { endpointsFor } from "./endpoints.ts";
import { loadRegistriesConf, type RegistriesConf } from "./registries-conf.ts";
import { refuseGuessing, resolveShortName } from "./short-names.ts";

/** A home and a system directory with these files, for the length of `use`. */
function withFiles<T>(files: Readonly<Record<string, string>>, use: (home: string) => T): T {
  const home = mkdtempSync(join(tmpdir(), "tspod-registries-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), content);
    }
    return use(home);
  } finally {
    rmSync(home, { recursive: true });
  }
}

function load(files: Readonly<Record<string, string>>): RegistriesConf {
  return withFiles(files, (home) => loadRegistriesConf({ HOME: home }, join(home, "etc")));
}

const USER = ".config/containers/registries.conf";

test("nothing is configured: a short name is docker.io's", () => {
  const conf = load({});
  assert.deepEqual(conf.searchRegistries, ["docker.io"]);
  const { references, explanation } = resolveShortName("alpine:3", conf);
  assert.deepEqual(references.map(formatReference), ["docker.io/library/alpine:3"]);
  assert.equal(explanation, undefined);
});

test("the user's file replaces the system's, drop-ins add to either", () => {
  const conf = load({
    [USER]: 'unqualified-search-registries = ["user.io"]',
    "etc/registries.conf": 'unqualified-search-registries = ["system.io"]\nshort-name-mode = "enforcing"',
    "etc/registries.conf.d/00.conf": '[aliases]\n"a" = "one.io/a"\n"b" = "one.io/b"\n"c" = "one.io/c"',
    ".config/containers/registries.conf.d/00.conf": '[aliases]\n"a" = "two.io/a"\n"b" = ""',
  });
  assert.deepEqual(conf.searchRegistries, ["user.io"]);
  assert.equal(conf.shortNameMode, "permissive");
  assert.deepEqual(resolveShortName("a:1", conf).references.map(formatReference), ["two.io/a:1"]);
  assert.deepEqual(resolveShortName("b", conf).references.map(formatReference), ["user.io/b"]);
  // The system's drop-ins belong to the system's file.
  assert.deepEqual(resolveShortName("c", conf).references.map(formatReference), ["user.io/c"]);
});

test("without a file of the user's own the system's drop-ins are read", () => {
  const conf = load({ "etc/registries.conf.d/00.conf": '[aliases]\n"c" = "one.io/c"' });
  assert.deepEqual(resolveShortName("c", conf).references.map(formatReference), ["one.io/c"]);
});

test("version 1 is read as a main file, and is refused as a drop-in, or mixed", () => {
  const text = '[registries.search]\nregistries = ["s.io"]\n[registries.block]\nregistries = ["b.io"]';
  const conf = load({ [USER]: text });
  assert.deepEqual(conf.searchRegistries, ["s.io"]);
  assert.deepEqual(
    conf.registries.map(({ prefix, blocked }) => [prefix, blocked]),
    [["b.io", true]],
  );
  assert.throws(
    () => load({ ".config/containers/registries.conf.d/a.conf": text }),
    /a\.conf:1: registries\.conf must be in v2 format but is in v1/,
  );
  assert.throws(() => load({ [USER]: `short-name-mode = "disabled"\n${text}` }), /can't be mixed/);
});

test("an empty list of search registries is podman's error", () => {
  const conf = load({ [USER]: "unqualified-search-registries = []" });
  assert.throws(
    () => resolveShortName("x", conf),
    /short-name "x" did not resolve to an alias and no unqualified-search/,
  );
});

test("enforcing does not guess among several registries", () => {
  const conf = load({
    [USER]: 'unqualified-search-registries = ["a.io", "b.io"]\nshort-name-mode = "enforcing"',
  });
  const candidates = resolveShortName("x", conf);
  assert.equal(candidates.references.length, 2);
  assert.throws(() => refuseGuessing("x", candidates, conf), /cannot prompt without a TTY/);
});

for (const [name, content, message] of [
  ["no TOML", "a = \n", /registries\.conf:1: /],
  ["an unknown mode", '\nshort-name-mode = "maybe"', /registries\.conf:2: invalid short-name-mode "maybe"/],
  ["a scheme", '[[registry]]\nlocation = "https://x.io"', /registries\.conf:2: invalid location/],
  ["no location", "[[registry]]\ninsecure = true", /registries\.conf:1: invalid registry/],
  [
    "a wildcard inside",
    '[[registry]]\nprefix = "a.*.io"\nlocation = "b.io"',
    /registries\.conf:2: invalid prefix/,
  ],
  ["a short alias", '[aliases]\n"a" = "b"', /registries\.conf:2: invalid alias/],
  ["a string for a boolean", '[[registry]]\nlocation = "x.io"\ninsecure = "yes"', /:3: "insecure" must be/],
] as const) {
  test(`refused with file and line: ${name}`, () => assert.throws(() => load({ [USER]: content }), message));
}

const RULES = `
[[registry]]
prefix = "example.com"
location = "internal.example:5000/mirror"
insecure = true
[[registry]]
prefix = "example.com/blocked"
location = "example.com/blocked"
blocked = true
[[registry]]
prefix = "*.wild.io"
insecure = true
[[registry]]
location = "docker.io"
[[registry.mirror]]
location = "cache.io/hub"
[[registry.mirror]]
location = "digest.io"
pull-from-mirror = "digest-only"
`;

for (const [text, expected] of [
  ["example.com/a/b", ["internal.example:5000 mirror/a/b insecure"]],
  ["example.community/a", ["example.community a"]],
  ["a.wild.io:5000/x", ["a.wild.io:5000 x insecure"]],
  ["wild.io/x", ["wild.io x"]],
  ["alpine", ["cache.io hub/library/alpine mirror", "docker.io library/alpine"]],
  [
    `alpine@sha256:${"0".repeat(64)}`,
    ["cache.io hub/library/alpine mirror", "digest.io library/alpine mirror", "docker.io library/alpine"],
  ],
] as const) {
  test(`endpointsFor(): ${text.slice(0, 30)}`, () => {
    const endpoints = endpointsFor(parseReference(text), load({ [USER]: RULES }));
    assert.deepEqual(
      endpoints.map(({ registry, repository, insecure, mirror }) =>
        [registry, repository, ...(insecure ? ["insecure"] : []), ...(mirror ? ["mirror"] : [])].join(" "),
      ),
      expected,
    );
  });
}

test("endpointsFor(): a blocked registry", () => {
  assert.throws(
    () => endpointsFor(parseReference("example.com/blocked/x"), load({ [USER]: RULES })),
    /is blocked/,
  );
});
