import { describe, test } from "node:test";
import { containerOperations } from "./container-operations.ts";
import { assertTold, FAULT_TEST, faultTests } from "./struck.ts";

const tests = await faultTests(
  containerOperations,
  [{ fault: { kind: "kill", program: "tspod-monitor" }, strikes: /./, assertResult: assertTold }],
  { only: /^(?:run|start|stop|restart|rm -f|exec|pod start|kube)/ },
);

describe("SIGKILL to a monitor before a call that changes something", () => {
  for (const { name, run } of tests) test(name, FAULT_TEST, run);
});
