import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { defaultLogDriver } from "./default-log-driver.ts";

const UNIT = { PODMAN_SYSTEMD_UNIT: "web.service" };
const SOCKET = "run/systemd/journal/socket";
const OWN = "var/log/journal/0123/user-1000.journal";

for (const [name, { env = UNIT, files }, expected] of [
  ["in a unit, with a journal of the user's", { files: [SOCKET, OWN] }, "journald"],
  [
    "in a unit, with a journal in memory that the user may read",
    { files: [SOCKET, "run/log/journal/0123/system.journal"] },
    "journald",
  ],
  ["not in a unit", { env: {}, files: [SOCKET, OWN] }, "k8s-file"],
  ["without journald", { files: [OWN] }, "k8s-file"],
  ["with a journal that only others can read", { files: [SOCKET] }, "k8s-file"],
  [
    "with the journal of another user",
    { files: [SOCKET, "var/log/journal/0123/user-1001.journal"] },
    "k8s-file",
  ],
] as const)
  test(`defaultLogDriver(): ${name}`, () => {
    const root = mkdtempSync(join(tmpdir(), "journal-"));
    try {
      for (const file of files) {
        mkdirSync(dirname(join(root, file)), { recursive: true });
        writeFileSync(join(root, file), "");
      }
      assert.equal(defaultLogDriver({ env, uid: 1000, root }), expected);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
