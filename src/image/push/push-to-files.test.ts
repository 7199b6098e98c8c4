import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { buildImage, storeContentUnpacked, tmpStore } from "../../../test/fixtures/build-image.ts";
import { addImage } from "../../storage/images/image-changes.ts";
import { tryLockContent } from "../../storage/storage-lock.ts";
import { type FilePlace, pushToFiles } from "./push-to-files.ts";

const built = buildImage([[{ name: "one" }]]);

describe("what is written isn't removed meanwhile", () => {
  const places: Record<string, (path: string) => FilePlace> = {
    dir: (path) => ({ transport: "dir", path }),
    oci: (path) => ({ transport: "oci", path, name: undefined, index: undefined }),
    "oci-archive": (path) => ({ transport: "oci-archive", path, name: undefined, index: undefined }),
  };
  for (const [transport, placeAt] of Object.entries(places)) {
    test(transport, async (context) => {
      const store = tmpStore(context);
      storeContentUnpacked(store, built);
      const image = await addImage(store, built.descriptor, { name: "docker.io/library/app:latest" });
      const unguarded: string[] = [];
      await pushToFiles(store, image, {
        place: placeAt(join(store.root, "output")),
        asked: "output",
        name: undefined,
        compress: false,
        signal: new AbortController().signal,
        note(line) {
          using removal = tryLockContent(store);
          if (removal !== undefined) unguarded.push(line);
        },
      });
      assert.deepEqual(unguarded, []);
      using after = tryLockContent(store);
      assert.ok(after);
    });
  }
});
