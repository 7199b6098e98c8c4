import { describe, test } from "node:test";
import { containerOperations } from "./container-operations.ts";
import { storeOperations } from "./store-operations.ts";
import { ERRORS, FAULT_TEST, faultTests, IS_SHORT, MOMENTS_OF_KIND } from "./struck.ts";

const tests = await faultTests(
  async (host) => ({ ...containerOperations(host), ...(await storeOperations(host)) }),
  // A full disk and a full quota are one to the commands, but for the word.
  IS_SHORT ? ERRORS.filter(({ fault }) => fault.kind !== "EDQUOT") : ERRORS,
  {
    perBlow: MOMENTS_OF_KIND,
    ...(IS_SHORT && {
      only: /^(?:run|create|rm -f|commit$|load|pull|tag|volume|secret|build|network|cp|save)/,
    }),
  },
);

describe("ENOSPC, EDQUOT, EIO, EMFILE: one line, and nothing is lost", () => {
  for (const { name, run } of tests) test(name, FAULT_TEST, run);
});
