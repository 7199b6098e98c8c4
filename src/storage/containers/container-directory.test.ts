import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { exampleOptions } from "../../../test/fixtures/run-example.ts";
import { InUseError, NotFoundError } from "../../errors.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import { openStore, type Store } from "../store.ts";
import { makeTmpDirectory, sweepTmp } from "../tmp-directory.ts";
import {
  containerPath,
  createContainerDirectory,
  listContainerRecords,
  lookupContainer,
  newContainerId,
  readContainerRecord,
  removeContainerDirectory,
  renameContainer,
} from "./container-directory.ts";
import { sweepNames } from "./stale-names.ts";

function tmpStore(context: TestContext): Store {
  const root = mkdtempSync(join(tmpdir(), "tspod-containers-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  return openStore(join(root, "store"));
}

function record(name: string, id = newContainerId()): ContainerRecord {
  const fields = {
    schemaVersion: 1,
    id,
    name,
    created: "2026-01-01T00:00:00.000000000Z",
    chainIds: [],
    volumes: [],
  };
  return {
    ...fields,
    options: exampleOptions,
    createCommand: [],
    runtime: { name: "crun", path: "/usr/bin/crun" },
  } as unknown as ContainerRecord;
}

test("a container is found by name, by ID, and by the beginning of its ID", async (context) => {
  const store = tmpStore(context);
  const made = record("web");
  await createContainerDirectory(store, made);
  for (const text of ["web", made.id, made.id.slice(0, 1)])
    assert.equal(lookupContainer(store, text), made.id);
  assert.deepEqual(readContainerRecord(store, made.id), made);
});

for (const text of ["nosuch", ".", "..", "a/b", "web.", "x".repeat(300)]) {
  test(`nothing goes by "${text.slice(0, 10)}"`, (context) => {
    const store = tmpStore(context);
    assert.throws(
      () => lookupContainer(store, text),
      (error: Error) => {
        return (
          error instanceof NotFoundError &&
          error.message === `no container with name or ID "${text}" found: no such container`
        );
      },
    );
  });
}

test("an empty name is nobody's", (context) => {
  assert.throws(() => lookupContainer(tmpStore(context), ""), { message: "name or ID cannot be empty" });
});

test("a prefix of several IDs is refused, a name that looks like one is not", async (context) => {
  const store = tmpStore(context);
  await createContainerDirectory(store, record("one", `ab${"0".repeat(62)}`));
  const named = record("ab0", `ab${"1".repeat(62)}`);
  await createContainerDirectory(store, named);
  assert.throws(() => lookupContainer(store, "ab"), {
    message: "more than one result for container ID ab: container already exists",
  });
  assert.equal(lookupContainer(store, "ab0"), named.id);
});

test("a name is had once, and again after its container is gone; nothing is left of the loser", async (context) => {
  const store = tmpStore(context);
  const first = record("web");
  await createContainerDirectory(store, first);
  await assert.rejects(createContainerDirectory(store, record("web")), (error: Error) => {
    return (
      error instanceof InUseError &&
      error.message.startsWith(
        `creating container storage: the container name "web" is already in use by ${first.id}.`,
      )
    );
  });
  assert.equal(listContainerRecords(store).length, 1);
  removeContainerDirectory(store, first);
  assert.deepEqual(
    [readdirSync(store.names), readdirSync(store.tmp), readdirSync(store.containers)],
    [[], [], []],
  );
  await createContainerDirectory(store, record("web"));
});

test("one of twenty that want a name at once gets it", async (context) => {
  const store = tmpStore(context);
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () => createContainerDirectory(store, record("web"))),
  );
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  assert.deepEqual(readdirSync(store.tmp), []);
});

test("a claim whose maker was killed is taken over; one whose maker lives is not", async (context) => {
  const store = tmpStore(context);
  const [dead, living] = [newContainerId(), newContainerId()];
  symlinkSync(`../containers/${dead}`, join(store.names, "dead"));
  mkdirSync(join(store.tmp, `container-${dead}`));
  symlinkSync(`../containers/${living}`, join(store.names, "living"));
  using making = makeTmpDirectory(store, "container", living);
  await createContainerDirectory(store, record("dead"));
  await assert.rejects(createContainerDirectory(store, record("living")), InUseError);
  sweepTmp(store);
  assert.deepEqual(readdirSync(store.tmp), [basename(making.path)], "only what somebody is making stays");
});

test("rename claims the new name before it gives up the old one", async (context) => {
  const store = tmpStore(context);
  const made = record("old");
  await createContainerDirectory(store, made);
  await createContainerDirectory(store, record("taken"));
  await assert.rejects(renameContainer(store, made, "taken"), InUseError);
  const renamed = await renameContainer(store, made, "new");
  assert.equal(lookupContainer(store, "new"), made.id);
  assert.throws(() => lookupContainer(store, "old"), NotFoundError);
  assert.equal(readContainerRecord(store, made.id).name, renamed.name);
});

test("a record of a newer tspod is refused", async (context) => {
  const store = tmpStore(context);
  const made = { ...record("web"), schemaVersion: 2 } as unknown as ContainerRecord;
  await createContainerDirectory(store, made);
  assert.throws(() => readContainerRecord(store, made.id), /newer tspod/);
  assert.ok(containerPath(store, made.id).endsWith(made.id));
});

test("a renaming that was killed can be done again, and its name is free for others", async (context) => {
  const store = tmpStore(context);
  const container = record("old");
  await createContainerDirectory(store, container);
  const claim = () => symlinkSync(`../containers/${container.id}`, join(store.names, "new"));
  claim();
  await createContainerDirectory(store, record("new"));
  await assert.rejects(renameContainer(store, container, "new"), InUseError);
  removeContainerDirectory(store, { id: lookupContainer(store, "new"), name: "new" });
  claim();
  assert.equal((await renameContainer(store, container, "new")).name, "new");
  assert.deepEqual(readdirSync(store.names), ["new"]);
});

test("a claim of a container that is gone is swept; files that are no claim stay", async (context) => {
  const store = tmpStore(context);
  await createContainerDirectory(store, record("kept"));
  symlinkSync(`../containers/${newContainerId()}`, join(store.names, "left"));
  symlinkSync("/elsewhere", join(store.names, "foreign"));
  await sweepNames(store);
  assert.deepEqual(readdirSync(store.names).sort(), ["foreign", "kept"]);
});
