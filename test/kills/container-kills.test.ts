import { describe, test } from "node:test";
import { containerOperations } from "./container-operations.ts";
import { FAULT_TEST, faultTests, KILL } from "./struck.ts";

const tests = await faultTests(containerOperations, [KILL]);

describe("SIGKILL before a call that changes something", () => {
  for (const { name, run } of tests) test(name, FAULT_TEST, run);
});
