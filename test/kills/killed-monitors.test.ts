import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Result } from "../support/program.ts";
import { containerOperations } from "./container-operations.ts";
import { FAULT_TEST, faultTests } from "./struck.ts";

/** The command lives on, and tells what has become of its container; or it has none. */
function assertTold({ code, stderr }: Result, said: string): void {
  assert.ok(code === 0 || code === 1 || (code >= 125 && code <= 137), `${said}: exit ${code}: ${stderr}`);
  assert.doesNotMatch(stderr, /bug in tspod|\n {4}at /, said);
}

const tests = await faultTests(
  containerOperations,
  [{ fault: { kind: "kill", program: "tspod-monitor" }, strikes: /./, assertResult: assertTold }],
  { only: /^(?:run -d|run --rm|start|stop|restart|rm -f|exec|pod start)$/ },
);

describe("SIGKILL to a monitor before a call that changes something", () => {
  for (const { name, run } of tests) test(name, FAULT_TEST, run);
});
