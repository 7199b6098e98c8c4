import { describe, test } from "node:test";
import { containerOperations } from "./container-operations.ts";
import { storeOperations } from "./store-operations.ts";
import { CUT, FAULT_TEST, faultTests, IS_SHORT } from "./struck.ts";

const tests = await faultTests(
  async (host) => ({ ...containerOperations(host), ...(await storeOperations(host)) }),
  [CUT],
  {
    running: false,
    ...(IS_SHORT && {
      perBlow: 1,
      only: /^(?:run|create|start|rm -f|commit|load|pull|import|tag|volume|secret|build|network|manifest|pod|quadlet|artifact)/,
    }),
  },
);

describe("a power cut: what no fsync has flushed is lost, and nothing else", () => {
  for (const { name, run } of tests) test(name, FAULT_TEST, run);
});
