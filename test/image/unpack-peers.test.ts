import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { makeImage } from "../support/image.ts";
import type { TarEntry } from "../support/tar-archive.ts";
import { differences, makeUnpackers, type Peer, treeOf, unpackOurs } from "../support/unpackers.ts";

/*
 * The same images pulled and unpacked by tspod, podman and umoci: every file must have the same type, owner,
 * mode, times, content, links and xattrs. Where a peer does something else, the table says so and why.
 */

const unpackers = await makeUnpackers();
after(() => unpackers[Symbol.asyncDispose]());

interface Case {
  readonly name: string;
  /** Base first. */
  readonly layers: readonly (readonly TarEntry[])[];
  /** What a peer does otherwise: one of the differences, or its refusal; and why it is not what we do. */
  readonly differs?: Partial<Record<Peer, { readonly as: RegExp; readonly reason: string }>>;
}

const CAPABILITY = Buffer.from("0100000200200000000000000000000000000000", "hex");
const LONG = `${"long-".repeat(40)}end`;
const DEEP = Array.from({ length: 12 }, (_, index) => `level-${index}`).join("/");

/** Each has a file of its own, takes one of an earlier layer away, and changes one that all have. */
function manyLayers(count: number): TarEntry[][] {
  return Array.from({ length: count }, (_, index) => [
    { path: `f${index}`, content: `${index}` },
    { path: "d/" },
    { path: "d/common", content: `${index}` },
    ...(index >= 2 && index % 2 === 0 ? [{ path: `.wh.f${index - 2}` }] : []),
  ]);
}

const cases: readonly Case[] = [
  {
    name: "whiteout-after",
    layers: [
      [{ path: "gone", content: "1" }, { path: "kept" }],
      [{ path: "new" }, { path: ".wh.gone" }],
    ],
  },
  {
    name: "file-with-a-slash",
    layers: [
      [
        { path: "not-a-directory/", type: "file", content: "a file's" },
        { path: "empty/", type: "file" },
        { path: "after", content: "2" },
      ],
    ],
  },
  {
    name: "whiteout-before",
    layers: [
      [{ path: "gone" }, { path: "kept" }],
      [{ path: ".wh.gone" }, { path: "new" }],
    ],
  },
  {
    name: "whiteout-of-own",
    layers: [[{ path: "f", content: "old" }], [{ path: "f", content: "new" }, { path: ".wh.f" }]],
    differs: {
      podman: {
        as: /^refused .*file exists/s,
        reason: "the whiteout is made where the same layer has put the file",
      },
    },
  },
  {
    name: "whiteout-of-directory",
    layers: [[{ path: "d/" }, { path: "d/x" }, { path: "d/e/" }, { path: "d/e/y" }], [{ path: ".wh.d" }]],
  },
  {
    name: "whiteout-then-directory",
    layers: [[{ path: "d/" }, { path: "d/x" }], [{ path: ".wh.d" }], [{ path: "d/" }, { path: "d/y" }]],
  },
  {
    name: "opaque-first",
    layers: [
      [{ path: "d/" }, { path: "d/x" }],
      [{ path: "d/" }, { path: "d/.wh..wh..opq" }, { path: "d/y" }],
    ],
  },
  {
    name: "opaque-last",
    layers: [
      [{ path: "d/" }, { path: "d/x" }],
      [{ path: "d/" }, { path: "d/y" }, { path: "d/.wh..wh..opq" }],
    ],
  },
  {
    name: "directory-to-file-and-back",
    layers: [
      [{ path: "d/" }, { path: "d/x" }],
      [{ path: "d", content: "a file" }],
      [{ path: "d/", mode: 0o700 }, { path: "d/y" }],
    ],
  },
  { name: "file-to-symlink", layers: [[{ path: "f", content: "x" }], [{ path: "f", linkTo: "elsewhere" }]] },
  {
    name: "symlink-to-directory",
    layers: [
      [{ path: "s", linkTo: "t" }, { path: "t/" }],
      [{ path: "s/" }, { path: "s/x" }],
    ],
  },
  {
    name: "hard-links",
    layers: [
      [
        { path: "a", content: "a", mode: 0o640, uid: 3 },
        { path: "b", type: "hardlink", linkTo: "a", mode: 0o640, uid: 3 },
        { path: "d/" },
        { path: "d/c", type: "hardlink", linkTo: "b", mode: 0o640, uid: 3 },
      ],
    ],
  },
  {
    name: "hard-link-across-layers",
    layers: [
      [{ path: "a", content: "below", mode: 0o4755, uid: 7, gid: 8 }],
      [{ path: "b", type: "hardlink", linkTo: "a" }],
    ],
    differs: {
      podman: { as: /^refused .*no such file/s, reason: "it looks in this layer only" },
      umoci: {
        as: /^theirs b link/,
        reason:
          "its tree is one directory; in ours each layer is one, and overlayfs has no links between them",
      },
    },
  },
  {
    name: "hard-link-to-symlink",
    layers: [
      [
        { path: "s", linkTo: "nowhere" },
        { path: "l", type: "hardlink", linkTo: "s" },
      ],
    ],
  },
  {
    name: "long-names",
    layers: [
      [
        { path: "short", content: "x", pax: { path: LONG } },
        { path: "s", linkTo: "t", pax: { linkpath: `${LONG}/${LONG}` } },
        { path: "deep", content: "d", pax: { path: `${DEEP}/f` } },
      ],
    ],
    differs: {
      umoci: {
        as: /^theirs {2}directory .* now/,
        reason: "what it makes without an entry it makes after the root had its time",
      },
    },
  },
  {
    name: "implied-parents",
    layers: [[{ path: "a/b/c/f", content: "x" }]],
    differs: {
      umoci: {
        as: /^theirs {2}directory .* now/,
        reason: "what it makes without an entry it makes after the root had its time",
      },
    },
  },
  {
    name: "implied-parent-below",
    layers: [
      [{ path: "d/", mode: 0o1750, uid: 11, gid: 12, mtime: 1_000_000_000 }],
      [{ path: "d/f", content: "x" }],
    ],
    differs: {
      podman: {
        as: /^theirs d directory 755 0:0 now/,
        reason: "owner and mode of the directory below are lost to the new one",
      },
    },
  },
  {
    name: "modes",
    layers: [
      [
        { path: "setuid", content: "x", mode: 0o4755, uid: 5, gid: 6 },
        { path: "setgid", content: "x", mode: 0o2755, uid: 5, gid: 6 },
        { path: "none", content: "x", mode: 0 },
        { path: "all", content: "x", mode: 0o777 },
        { path: "sticky/", mode: 0o1777, uid: 9 },
        { path: "setgid-directory/", mode: 0o2770, gid: 50 },
        { path: "setgid-directory/inside", content: "x" },
      ],
    ],
  },
  {
    name: "high-ids",
    layers: [
      [
        { path: "f", content: "x", uid: 65_000, gid: 65_001 },
        { path: "p", pax: { uid: "60000", gid: "60001" } },
      ],
    ],
  },
  {
    name: "times",
    layers: [
      [
        { path: "old", mtime: 0 },
        { path: "exact", pax: { mtime: "1234567890.123456789" } },
        { path: "before-1970", pax: { mtime: "-1000.5" } },
        { path: "far", mtime: 4_102_444_800 },
        { path: "link", linkTo: "old", mtime: 1_111_111_111 },
        { path: "d/", mtime: 1_222_222_222 },
        { path: "d/f" },
      ],
    ],
    differs: {
      podman: {
        as: /^theirs before-1970 .* 0:0 0 /,
        reason: "Go's os.Chtimes is not asked for times before the epoch",
      },
    },
  },
  {
    name: "xattrs",
    layers: [
      [
        {
          path: "capable",
          content: "x",
          mode: 0o755,
          uid: 4,
          pax: { "SCHILY.xattr.security.capability": CAPABILITY },
        },
        {
          path: "user",
          content: "x",
          pax: { "SCHILY.xattr.user.a": "b", "SCHILY.xattr.user.bytes": Buffer.from([0, 10, 61, 255]) },
        },
        { path: "overlay/", pax: { "SCHILY.xattr.user.overlay.opaque": "y" } },
      ],
    ],
  },
  {
    name: "sparse",
    layers: [
      [
        {
          path: "GNUSparseFile.0/s",
          content: Buffer.concat([Buffer.from("1\n65536\n5\n".padEnd(512, "\0")), Buffer.from("hello")]),
          pax: {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "s",
            "GNU.sparse.realsize": "131072",
          },
        },
      ],
    ],
  },
  {
    name: "names-that-are-no-text",
    layers: [
      [
        {
          path: "x",
          content: "1",
          pax: { path: Buffer.from("\xff\xfe\n", "latin1") },
        },
      ],
    ],
  },
  {
    name: "dots",
    layers: [[{ path: "./a//b/./c", content: "x" }]],
    differs: {
      umoci: {
        as: /^theirs {2}directory .* now/,
        reason: "what it makes without an entry it makes after the root had its time",
      },
    },
  },
  {
    name: "devices",
    layers: [
      [
        { path: "before", content: "x" },
        { path: "null", type: "character", device: [1, 3], mode: 0o666 },
        { path: "disk", type: "block", device: [8, 0], mode: 0o660, gid: 6 },
        { path: "after", content: "x" },
      ],
    ],
    differs: {
      umoci: {
        as: /^theirs null file/,
        reason: "it makes empty files where it may not make devices; podman leaves them out",
      },
    },
  },
  { name: "many-layers", layers: manyLayers(127) },
  { name: "fifo", layers: [[{ path: "f", type: "fifo", mode: 0o620, uid: 2 }]] },
  {
    name: "twice",
    layers: [
      [
        { path: "f", content: "first", mode: 0o600 },
        { path: "f", content: "second" },
        { path: "g", linkTo: "f" },
        { path: "g", content: "g" },
      ],
    ],
    differs: {
      podman: {
        as: /^refused .*duplicates of file paths/s,
        reason: "its index of the tar has each name once",
      },
    },
  },
];

for (const { name, layers, differs } of cases) {
  describe(`unpacked: ${name}`, async () => {
    const image = makeImage({ layers: layers.map((entries) => [{ path: "./" }, ...entries]) });
    const tree = await unpackOurs(unpackers, name, image);
    for (const peer of ["podman", "umoci"] as const) {
      test(`as by ${peer}`, async () => {
        const found = differences(tree, await treeOf(unpackers, peer, name));
        const known = differs?.[peer];
        if (known === undefined) assert.deepEqual(found, []);
        else
          assert.ok(
            found.some((line) => known.as.test(line)),
            `no such difference: ${found.join("\n")}`,
          );
      });
    }
  });
}
