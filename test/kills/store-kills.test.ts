import { describe, test } from "node:test";
import { storeOperations } from "./store-operations.ts";
import { FAULT_TEST, faultTests, KILL } from "./struck.ts";

const tests = await faultTests(storeOperations, [KILL]);

describe("SIGKILL before a call that changes something", () => {
  for (const { name, run } of tests) test(name, FAULT_TEST, run);
});
