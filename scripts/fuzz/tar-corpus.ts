import { type BuiltEntry, buildTar } from "../../test/fixtures/build-tar.ts";

const ENTRIES: readonly (readonly BuiltEntry[])[] = [
  [
    { name: "d/", mode: 0o2750 },
    { name: "d/f", body: "content", mode: 0o4711 },
    { name: "d/l", type: "1", link: "d/f" },
  ],
  [
    { name: "s", type: "2", link: "../../outside" },
    { name: "s/f", body: "x" },
    { name: "fifo", type: "6" },
  ],
  [{ name: "a/.wh.b" }, { name: "a/.wh..wh..opq" }, { name: "a/b", body: "b" }, { name: "null", type: "3" }],
  [
    {
      name: "x",
      body: "y",
      pax: { path: "a/long/name", mtime: "1.5", uid: "7", "SCHILY.xattr.user.k": "v" },
    },
  ],
  [
    { name: "././@LongLink", type: "L", body: "a/gnu/long/name\0" },
    { name: "short", body: "z".repeat(2000) },
  ],
  [{ name: "sp", body: "ab", pax: { "GNU.sparse.size": "9", "GNU.sparse.map": "1,1,5,1" } }],
  [
    {
      name: "sparse",
      body: `${"1\n4096\n2\n".padEnd(512, "\0")}ab`,
      pax: {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.realsize": "8192",
        "GNU.sparse.name": "real",
      },
    },
  ],
];

/** Small tars with what the format has. */
export const TAR_CORPUS: readonly Buffer[] = [...ENTRIES.map(buildTar), buildTar(ENTRIES.flat())];
