import { describe, test } from "node:test";
import { containerOperations } from "./container-operations.ts";
import { storeOperations } from "./store-operations.ts";
import { ERRORS, FAULT_TEST, faultTests } from "./struck.ts";

const isShort = process.env.TSPOD_KILLS === undefined;

const tests = await faultTests(
  async (host) => ({ ...containerOperations(host), ...(await storeOperations(host)) }),
  // A full disk and a full quota are one to the commands, but for the word.
  isShort ? ERRORS.filter(({ fault }) => fault.kind !== "EDQUOT") : ERRORS,
  isShort
    ? { perBlow: 1, only: /^(?:run|create|rm -f|commit$|load|pull|tag|volume|secret|build|network|cp|save)/ }
    : {},
);

describe("ENOSPC, EDQUOT, EIO, EMFILE: one line, and nothing is lost", () => {
  for (const { name, run } of tests) test(name, FAULT_TEST, run);
});
