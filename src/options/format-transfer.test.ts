import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAmount, startTransfer } from "./format-transfer.ts";

const MIB = 1024 * 1024;

test("formatAmount(): binary units, one digit", () => {
  for (const [bytes, text] of [
    [0, "0B"],
    [1023, "1023B"],
    [1024, "1.0KiB"],
    [3.5 * MIB, "3.5MiB"],
    [2 ** 41, "2.0TiB"],
    [2 ** 52, "4096.0TiB"],
  ] as const)
    assert.equal(formatAmount(bytes), text);
});

test("startTransfer(): rate and time left are those of what came, not of what was there", () => {
  let now = 1000;
  const transfer = startTransfer(() => now);
  transfer.expect(100 * MIB);
  assert.equal(transfer.text(), "0B / 100.0MiB");
  transfer.skip(77 * MIB);
  assert.equal(transfer.text(), "77.0MiB / 100.0MiB");
  now += 1000;
  transfer.advance(MIB);
  assert.equal(transfer.text(), "78.0MiB / 100.0MiB, 1.0MiB/s, 22s left");
  assert.equal(transfer.share(), 0.78);
  assert.equal(transfer.summary(), "1.0MiB in 1s");
});

test("startTransfer(): the rate is that of the last seconds", () => {
  let now = 0;
  const transfer = startTransfer(() => now);
  transfer.expect(3600 * MIB);
  for (let second = 0; second < 20; second++) {
    now += 1000;
    transfer.advance(second < 10 ? 10 * MIB : MIB);
  }
  assert.equal(transfer.text(), "110.0MiB / 3.5GiB, 1.0MiB/s, 58m10s left");
});

test("startTransfer(): without a total there is no share, and no time left", () => {
  let now = 0;
  const transfer = startTransfer(() => now);
  now += 500;
  transfer.advance(MIB);
  assert.deepEqual([transfer.share(), transfer.text()], [undefined, "1.0MiB, 2.0MiB/s"]);
});

test("startTransfer(): what comes twice is not more than all", () => {
  const transfer = startTransfer(() => 0);
  transfer.expect(MIB);
  transfer.advance(3 * MIB);
  assert.deepEqual([transfer.share(), transfer.text()], [1, "1.0MiB / 1.0MiB"]);
});
