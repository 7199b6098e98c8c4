import { describe, test } from "node:test";
import { containerOperations } from "./container-operations.ts";
import type { Operation, Operations } from "./operation.ts";
import { assertTold, FAULT_TEST, faultTests, MOMENTS_OF_KIND } from "./struck.ts";

const RUNTIMES = ["crun", "runc"] as const;
/** The commands that call a runtime, or whose monitor does. */
const CALLED = /^(?:run|start|stop|restart|kill|pause|rm -f|exec|pod (?:start|stop)|kube)/;

/** The same operation with that runtime. */
function withRuntime(runtime: string, { prepare = [], args, ...rest }: Operation): Operation {
  const global = ["--runtime", runtime];
  return { ...rest, prepare: prepare.map((step) => [...global, ...step]), args: [...global, ...args] };
}

for (const program of RUNTIMES) {
  const tests = await faultTests(
    (host): Operations =>
      Object.fromEntries(
        Object.entries(containerOperations(host)).map(([name, operation]) => [
          name,
          withRuntime(program, operation),
        ]),
      ),
    [{ fault: { kind: "kill", program }, strikes: /./, assertResult: assertTold }],
    { only: CALLED, perBlow: MOMENTS_OF_KIND },
  );
  describe(`SIGKILL to ${program} before a call that changes something`, () => {
    for (const { name, run } of tests) test(name, FAULT_TEST, run);
  });
}
