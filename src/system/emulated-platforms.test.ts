import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { emulatedPlatforms } from "./emulated-platforms.ts";

const directory = mkdtempSync(join(tmpdir(), "emulated-"));
after(() => rmSync(directory, { recursive: true }));

/** What a kernel shows of an entry that qemu-user-static has registered. */
const entry = (magic: string, { state = "enabled", flags = "OCF" } = {}): string =>
  `${state}\ninterpreter /usr/bin/qemu\nflags: ${flags}\noffset 0\nmagic ${magic}\nmask ${"ff".repeat(20)}\n`;

const ELF = { little: "7f454c460201010000000000000000000200", big: "7f454c460202010000000000000000000002" };

for (const [name, content] of Object.entries({
  register: "",
  "qemu-s390x": entry(`${ELF.big}0016`),
  "qemu-arm64": entry(`${ELF.little}b700`),
  "qemu-aarch64-again": entry(`${ELF.little}b700`),
  "qemu-riscv64-off": entry(`${ELF.little}f300`, { state: "disabled" }),
  "qemu-loong64-on-the-host": entry(`${ELF.little}0201`, { flags: "OC" }),
  "python3.11": "enabled\ninterpreter /usr/bin/python3.11\nflags: F\noffset 0\nmagic a70d0d0a\n",
  jar: "enabled\ninterpreter /usr/bin/jexec\nflags: F\nextension .jar\n",
}))
  writeFileSync(join(directory, name), content);

describe("emulatedPlatforms", () => {
  test("each architecture once, of entries that work in a container", () => {
    writeFileSync(join(directory, "status"), "enabled\n");
    assert.deepEqual(emulatedPlatforms(directory), ["linux/arm64", "linux/s390x"]);
  });

  test("none where the kernel's list is off, or missing", () => {
    writeFileSync(join(directory, "status"), "disabled\n");
    assert.deepEqual(emulatedPlatforms(directory), []);
    assert.deepEqual(emulatedPlatforms(join(directory, "missing")), []);
  });
});
