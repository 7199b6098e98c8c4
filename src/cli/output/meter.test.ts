import assert from "node:assert/strict";
import { test } from "node:test";
import { openMeter } from "./meter.ts";

const MIB = 1024 * 1024;
const CLEAR = "\r\u001b[K";

function shown(
  terminal: boolean,
  steps: (tick: (ms: number) => void, meter: ReturnType<typeof openMeter>) => void,
): string {
  let [now, text] = [0, ""];
  const call = {
    terminal: { stdin: false, stdout: false, stderr: terminal },
    writeError: (bytes: Uint8Array) => {
      text += Buffer.from(bytes).toString();
    },
  };
  {
    using meter = openMeter(call, { clock: () => now });
    steps((ms) => {
      now += ms;
    }, meter);
  }
  return text;
}

test("openMeter(): what takes long is shown, and gone in the end", () => {
  const text = shown(true, (tick, meter) => {
    meter?.begin("Writing", 4 * MIB);
    tick(400);
    meter?.advance(MIB);
    tick(600);
    meter?.advance(MIB);
    tick(50);
    meter?.advance(MIB); // too soon to be drawn
  });
  assert.equal(text, `${CLEAR}Writing [============            ] 2.0MiB / 4.0MiB, 2.0MiB/s, 1s left${CLEAR}`);
});

test("openMeter(): a phase begins at nothing, and has no bar where its size is not known", () => {
  const text = shown(true, (tick, meter) => {
    meter?.begin("Reading", 4 * MIB);
    meter?.advance(4 * MIB);
    tick(500);
    meter?.begin("Storing");
    tick(500);
    meter?.advance(MIB);
  });
  assert.equal(text, `${CLEAR}Storing 1.0MiB, 2.0MiB/s${CLEAR}`);
});

test("openMeter(): nothing is shown of what is short, nor where there is no terminal", () => {
  const quick = shown(true, (tick, meter) => {
    meter?.begin("Writing", MIB);
    tick(499);
    meter?.advance(MIB);
  });
  const piped = shown(false, (_, meter) => assert.equal(meter, undefined));
  assert.deepEqual([quick, piped], ["", ""]);
});
