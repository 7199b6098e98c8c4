import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { tarReader } from "../../src/storage/tar/tar-reader.ts";
import { openLowerChain } from "../../src/storage/tree/lower-chain.ts";
import { layerApplier } from "../../src/storage/unpack/apply-layer.ts";
import { buildTar } from "../../test/fixtures/build-tar.ts";
import { randomEntries } from "./layer-entries.ts";
import { withChecksums } from "./mutate.ts";
import { TAR_CORPUS } from "./tar-corpus.ts";
import type { Target } from "./target.ts";

/**
 * The unpacker of layers: beside a TspodError it may throw nothing, keep no descriptor, and change nothing
 * but the directory that it unpacks into. For root of a user namespace with many ids.
 * @param directory absolute path of an empty one
 */
export function layerTarget(directory: string): Target {
  const [root, below, outside] = ["layer", "below", "out"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [join(below, "below"), join(below, "a/b"), outside])
    mkdirSync(path, { recursive: true });
  for (const path of [join(below, "below/f"), join(below, "a/b/c"), join(outside, "secret")])
    writeFileSync(path, "kept");
  const before = snapshot(directory);
  return {
    name: "layer",
    corpus: TAR_CORPUS,
    make: (random) => (random.below(3) === 0 ? undefined : buildTar(randomEntries(random, outside))),
    read(input) {
      mkdirSync(root);
      const open = descriptors();
      const failure = failureOf(() => unpack(withChecksums(input), root, below));
      const left = descriptors().filter((each) => !open.includes(each));
      rmSync(root, { recursive: true });
      const now = snapshot(directory);
      if (left.length > 0) throw new Error(`descriptors are left open: ${left.join(", ")}`);
      if (now !== before) throw new Error(`changed outside of the layer: ${now} instead of ${before}`);
      if (failure !== undefined) throw failure;
    },
  };
}

function failureOf(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** As unpackLayer() does it, in pieces, so that entries are cut at every place. */
function unpack(tar: Buffer, root: string, below: string): void {
  const piece = 1 + (tar.length % 1500);
  using applier = layerApplier(root);
  const reader = tarReader((entry, content) => applier.apply(entry, content));
  try {
    for (let at = 0; at < tar.length; at += piece) reader.write(tar.subarray(at, at + piece));
    reader.end();
  } catch (error) {
    reader.abort();
    throw error;
  }
  using lower = openLowerChain([below]);
  applier.finish(lower);
}

/** What this process has open, but for the directory that says so. */
function descriptors(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`];
    } catch {
      return [];
    }
  });
}

/** All that a write could have changed: names, owners, modes, times, links, contents. */
function snapshot(directory: string): string {
  const names = ["", ...(readdirSync(directory, { recursive: true }) as string[]).sort()];
  return names
    .map((name) => {
      const path = join(directory, name);
      const status = lstatSync(path);
      const { ino, mode, uid, gid, nlink } = status;
      // The directory itself gets a layer's directory, and loses it, with each input.
      const time = name === "" ? "" : status.mtimeMs;
      return [name, ino, mode, uid, gid, nlink, time, status.isFile() ? readFileSync(path, "utf8") : ""].join(
        " ",
      );
    })
    .join("\n");
}
