import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tmpStore } from "../../test/fixtures/build-image.ts";
import { addVolumeRef, listVolumeNames, makeOrFindVolume } from "../volume/volumes.ts";
import { makeTmpDirectory } from "./tmp-directory.ts";
import { loosen, sweepBonded } from "./volume-bond.ts";

const ID = "a".repeat(64);
const OTHER = "b".repeat(64);
const created = "2026-01-01T00:00:00Z";

test("a volume that is bonded to a container goes once that is not there", (context) => {
  const store = tmpStore(context);
  const { volume } = makeOrFindVolume(store, { created, bondedTo: ID });
  addVolumeRef(store, volume.name, ID);
  makeOrFindVolume(store, { created, name: "free" });
  mkdirSync(join(store.containers, ID));
  sweepBonded(store);
  assert.deepEqual(listVolumeNames(store).length, 2);
  rmSync(join(store.containers, ID), { recursive: true });
  sweepBonded(store);
  assert.deepEqual(listVolumeNames(store), ["free"]);
});

test("not while its container is being made, nor while another uses it, nor once it is loosened", (context) => {
  const store = tmpStore(context);
  const [made, used, loose] = ["made", "used", "loose"].map((name) =>
    makeOrFindVolume(store, { created, name, bondedTo: name === "made" ? OTHER : ID }),
  );
  assert.ok(made?.made && used?.made && loose?.made);
  const users = "c".repeat(64);
  mkdirSync(join(store.containers, users));
  addVolumeRef(store, "used", users);
  loosen(store, "loose");
  {
    using _made = makeTmpDirectory(store, "container", OTHER);
    sweepBonded(store);
    assert.deepEqual(listVolumeNames(store), ["loose", "made", "used"]);
  }
  sweepBonded(store);
  assert.deepEqual(listVolumeNames(store), ["loose", "used"]);
});
