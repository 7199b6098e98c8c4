import assert from "node:assert/strict";
import { test } from "node:test";
import { parseVolume } from "./volume.ts";

const BIND = { type: "bind", readOnly: false, flags: {}, recursive: true };
const VOLUME = { type: "volume", readOnly: false, flags: {}, copy: true };

for (const [text, expected] of [
  ["/src:/dst", { ...BIND, source: "/src", destination: "/dst" }],
  ["./a/../b:/dst/", { ...BIND, source: "/cwd/b", destination: "/dst" }],
  ["..:/dst", { ...BIND, source: "/", destination: "/dst" }],
  ["data:/dst", { ...VOLUME, name: "data", destination: "/dst" }],
  ["/dst", { ...VOLUME, destination: "/dst" }],
  ["/src:/dst:ro,Z", { ...BIND, source: "/src", destination: "/dst", readOnly: true, relabel: "private" }],
  [
    "/src:/dst:rslave,noexec",
    { ...BIND, source: "/src", destination: "/dst", propagation: "rslave", flags: { exec: false } },
  ],
  ["/src:/dst:bind", { ...BIND, source: "/src", destination: "/dst", recursive: false }],
  ["data:/dst:nocopy,U", { ...VOLUME, name: "data", destination: "/dst", copy: false, chown: true }],
  [
    "/src:/dst:O,upperdir=/u,workdir=/w",
    { ...BIND, source: "/src", destination: "/dst", overlay: { upper: "/u", work: "/w" } },
  ],
] as const) {
  test(`parseVolume("${text}")`, () => assert.deepEqual(parseVolume(text, "/cwd"), expected));
}

const NAMES = "names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument";
for (const [text, message] of [
  ["", "container directory cannot be empty"],
  [":/a", "host directory cannot be empty"],
  ["/etc:", "container directory cannot be empty"],
  ["/etc:relative", 'invalid container path "relative", must be an absolute path'],
  ["/etc:/", 'invalid container path "/", it must not be the root directory'],
  ["a:b:c:d", "a:b:c:d: incorrect volume format, should be [host-dir:]ctr-dir[:option]"],
  ["/etc:/a:bogus", 'invalid option type "bogus"'],
  ["/etc:/a:ro,rw", "invalid options \"ro, rw\", can only specify 1 'rw' or 'ro' option"],
  ["vol:/a:z,Z", "invalid options \"z, Z\", can only specify 1 'z', 'Z', or 'O' option"],
  [
    "vol:/a:shared,private",
    "invalid options \"shared, private\", can only specify 1 '[r]shared', '[r]private', '[r]slave' or '[r]unbindable' option",
  ],
  ["/etc:/a:O,ro", "can't use 'O' with other options"],
  ["bad/name:/a", `creating named volume "bad/name": running volume create option: ${NAMES}`],
] as const) {
  test(`parseVolume("${text}") fails`, () => assert.throws(() => parseVolume(text, "/cwd"), { message }));
}
