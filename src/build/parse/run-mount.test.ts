import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseRunMount } from "./run-mount.ts";

const CACHE = { type: "cache", source: "/", sharing: "shared", readOnly: false };

describe("parseRunMount()", () => {
  for (const [text, expected] of [
    ["target=/x", { type: "bind", target: "/x", source: "/", writable: false }],
    ["type=bind,src=a,dst=/x,rw", { type: "bind", target: "/x", source: "a", writable: true }],
    [
      "type=bind,from=b,destination=x,ro=false",
      { type: "bind", target: "x", source: "/", from: "b", writable: true },
    ],
    ["type=cache,target=/c", { ...CACHE, target: "/c" }],
    [
      "TYPE=cache,id=i,target=/c,sharing=LOCKED,mode=0770,uid=1,gid=2,readonly",
      { ...CACHE, target: "/c", id: "i", sharing: "locked", mode: 0o770, uid: 1, gid: 2, readOnly: true },
    ],
    ["type=tmpfs,target=/t,size=1m", { type: "tmpfs", target: "/t", size: 1048576 }],
    ["type=secret,id=s", { type: "secret", id: "s", required: false }],
    [
      "type=secret,id=s,target=/t,required=true,env=E",
      { type: "secret", id: "s", target: "/t", required: true, env: "E" },
    ],
    ["type=ssh", { type: "ssh", required: false }],
    ['"target=/a,b"', { type: "bind", target: "/a,b", source: "/", writable: false }],
  ] as const) {
    test(text, () => assert.deepEqual(parseRunMount(text), expected));
  }

  test("variables are replaced, but for from", () => {
    const expand = (text: string): string => text.replaceAll("$x", "y");
    assert.deepEqual(parseRunMount("source=$x,from=$x,target=/$x", expand), {
      type: "bind",
      target: "/y",
      source: "y",
      from: "$x",
      writable: false,
    });
  });

  for (const [text, message] of [
    ["type=moon,target=/x", /unsupported mount type "moon"/],
    ["type=bind", "a bind mount needs a target"],
    ["type=bind,target=/", 'invalid mount target "/": it is the root'],
    ["type=bind,target=/x,sharing=shared", "unexpected key 'sharing' for mount type 'bind'"],
    ["type=bind,tarset=/x", "unexpected key 'tarset' (did you mean target?)"],
    ["type=cache,target=/x,sharing=all", /unsupported sharing value "all"/],
    ["type=cache,target=/x,mode=9", "invalid value 9 for mode"],
    ["type=cache,target=/x,uid=a", "invalid value a for uid"],
    ["type=tmpfs,target=/x,size=big", "invalid value for size: big"],
    ["type=secret", "invalid secret mount. one of source, target required"],
    ["type=secret,id=a,required=maybe", "invalid value for required: maybe"],
    ["target", 'invalid field "target" must be a key=value pair'],
  ] as const) {
    test(`${text} is refused`, () => assert.throws(() => parseRunMount(text), { message }));
  }
});
