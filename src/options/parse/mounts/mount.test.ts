import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMount } from "./mount.ts";
import { parseTmpfs } from "./tmpfs.ts";

const BIND = {
  type: "bind",
  source: "/src",
  destination: "/dst",
  readOnly: false,
  flags: {},
  recursive: true,
};
const TMPFS = { type: "tmpfs", destination: "/dst", readOnly: false, flags: {}, copyUp: true, data: [] };

for (const [text, expected] of [
  ["type=bind,src=/src,dst=/dst", BIND],
  ["src=/src,target=/dst,type=bind,ro", { ...BIND, readOnly: true }],
  ["type=bind,source=/src,destination=/dst,readonly=false", BIND],
  ["type=bind,src=rel,dst=/dst", { ...BIND, source: "/cwd/rel" }],
  ['type=bind,"src=/a,b",dst=/dst', { ...BIND, source: "/a,b" }],
  [
    "type=bind,src=/src,dst=/dst,bind-propagation=rshared,U=true",
    { ...BIND, propagation: "rshared", chown: true },
  ],
  [
    "type=bind,src=/src,dst=/dst,bind-nonrecursive,relabel=shared,consistency=cached",
    { ...BIND, recursive: false, relabel: "shared" },
  ],
  ["type=volume,dst=/dst", { type: "volume", destination: "/dst", readOnly: false, flags: {}, copy: true }],
  [
    "type=volume,src=v,dst=/dst,volume-subpath=a/b",
    {
      type: "volume",
      name: "v",
      destination: "/dst",
      readOnly: false,
      flags: {},
      copy: true,
      subpath: "a/b",
    },
  ],
  [
    "type=tmpfs,dst=/dst,tmpfs-size=10m,tmpfs-mode=700,noexec",
    { ...TMPFS, size: "10m", mode: "700", flags: { exec: false } },
  ],
  ["type=bind,src=/src,dst=/dst,U=false,chown=false", BIND],
  [
    "type=volume,src=,dst=/dst,U=false",
    { type: "volume", destination: "/dst", readOnly: false, flags: {}, copy: true },
  ],
  ["type=tmpfs,dst=/dst,U=false,consistency=cached", TMPFS],
  [
    "type=image,src=alpine,dst=/dst,readwrite=true",
    { type: "image", image: "alpine", destination: "/dst", readOnly: false, flags: {} },
  ],
  [
    "type=image,src=alpine,dst=/dst,readwrite=false",
    { type: "image", image: "alpine", destination: "/dst", readOnly: true, flags: {} },
  ],
  [
    "type=image,src=alpine,dst=/dst,rw",
    { type: "image", image: "alpine", destination: "/dst", readOnly: false, flags: {} },
  ],
  ["type=tmpfs,dst=/dst,notmpcopyup", { ...TMPFS, copyUp: false }],
  [
    "type=image,src=alpine,dst=/dst",
    { type: "image", image: "alpine", destination: "/dst", readOnly: true, flags: {} },
  ],
  [
    "type=devpts,dst=/dst,gid=5",
    { type: "devpts", destination: "/dst", readOnly: false, flags: {}, data: ["gid=5"] },
  ],
] as const) {
  test(`parseMount("${text}")`, () => assert.deepEqual(parseMount(text, "/cwd"), expected));
}

const FORMAT =
  "incorrect mount format: should be --mount type=<bind|glob|tmpfs|volume>,[src=<host-dir|volume-name>,]target=<ctr-dir>[,options]";
for (const [text, message] of [
  ["", FORMAT],
  ["type=bind", FORMAT],
  ["target", "target: must provide an argument for option"],
  ["type=foo,dst=/a", 'invalid filesystem type "foo"'],
  ["type=bind,src=/etc", "must set volume destination"],
  ["type=bind,source", "source: must provide an argument for option"],
  ["type=bind,src=/etc,dst=/a,bogus=1", "bogus: invalid mount option"],
  ["type=bind,src=/etc,dst=a", 'invalid container path "a", must be an absolute path'],
  ["type=tmpfs,src=/x,dst=/a", "source is not supported with tmpfs mounts"],
  ["type=bind,src=,dst=/a", "src: must provide an argument for option"],
  ["type=bind,src=/etc,dst=/a,volume-driver=local", "volume-driver: invalid mount option"],
  ["type=bind,src=/etc,dst=/a,volume-opt=type=tmpfs", "volume-opt: invalid mount option"],
  ["type=bind,src=/etc,dst=/a,nocopy", "nocopy: invalid mount option"],
  ["type=tmpfs,dst=/a,volume-driver=local", "volume-driver: invalid mount option"],
  ["type=volume,src=v,dst=/a,bind-nonrecursive", "bind-nonrecursive: invalid mount option"],
  ["type=volume,src=v,dst=/a,bind-propagation=rshared", "bind-propagation: invalid mount option"],
  [
    "type=volume,src=v,dst=/a,volume-opt=type=tmpfs",
    'volume-opt: invalid mount option: make the volume beforehand, with "tspod volume create --opt …"',
  ],
  [
    "type=volume,src=v,dst=/a,volume-driver=local",
    'volume-driver: invalid mount option: make the volume beforehand, with "tspod volume create --opt …"',
  ],
  [
    "type=volume,src=v,dst=/a,U=maybe",
    "'U' or 'chown' must be set to true or false, instead received \"maybe\": must provide an argument for option",
  ],
  [
    "type=image,src=bb,dst=/a,readwrite=maybe",
    "'rw' or 'readwrite' must be set to true or false, instead received \"maybe\": must provide an argument for option",
  ],
  [
    "type=volume,src=v,dst=/a,subpath=../b",
    'subpath "../b" must not contain "..": it is a path below the volume or image',
  ],
  ["type=image,src=bb", "must set source and destination for image volume"],
  [
    "type=bind,src=/etc,dst=/a,ro=maybe",
    "'readonly', 'ro', or 'rw' must be set to true or false, instead received \"maybe\": must provide an argument for option",
  ],
  [
    "type=bind,src=/etc,dst=/a,ro,ro=false",
    "cannot pass 'readonly', 'ro', or 'rw' mnt.Options more than once: must provide an argument for option",
  ],
] as const) {
  test(`parseMount("${text}") fails`, () => assert.throws(() => parseMount(text, "/cwd"), { message }));
}

for (const [text, expected] of [
  ["/dst", TMPFS],
  [
    "/dst:size=1m,mode=1777,ro,exec",
    { ...TMPFS, size: "1m", mode: "1777", readOnly: true, flags: { exec: true } },
  ],
  ["/dst:uid=5,nr_inodes=10", { ...TMPFS, data: ["uid=5", "nr_inodes=10"] }],
] as const) {
  test(`parseTmpfs("${text}")`, () => assert.deepEqual(parseTmpfs(text), expected));
}

for (const [text, message] of [
  ["rel", 'invalid container path "rel", must be an absolute path'],
  ["/a:bogus", 'unknown mount option "bogus": invalid mount option'],
  ["", "container directory cannot be empty"],
] as const) {
  test(`parseTmpfs("${text}") fails`, () => assert.throws(() => parseTmpfs(text), { message }));
}
