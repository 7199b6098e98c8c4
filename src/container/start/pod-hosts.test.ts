import assert from "node:assert/strict";
import { test } from "node:test";
import { podHosts } from "./pod-hosts.ts";

test("podHosts(): a line for each name, in the place of those of before; others' lines stay", () => {
  const first = podHosts("127.0.0.1\tlocalhost\n10.0.2.100\tpod infra\n", ["one", "two"]);
  assert.equal(
    first,
    "127.0.0.1\tlocalhost\n10.0.2.100\tpod infra\n127.0.0.1\tone\t# container of the pod\n127.0.0.1\ttwo\t# container of the pod\n",
  );
  assert.equal(
    podHosts(`${first}127.0.0.1 own`, ["two"]),
    "127.0.0.1\tlocalhost\n10.0.2.100\tpod infra\n127.0.0.1 own\n127.0.0.1\ttwo\t# container of the pod\n",
  );
  assert.equal(podHosts("", []), "");
});
