import assert from "node:assert/strict";
import { test } from "node:test";
import { parseReference } from "../../oci/reference.ts";
import { pathScopes, registryScopes } from "./scopes.ts";

test("registryScopes(): itself, its namespaces, the host, wildcards without the port", () => {
  assert.deepEqual(registryScopes(parseReference("a.example.com:5000/ns/app:1")), [
    "a.example.com:5000/ns/app:1",
    "a.example.com:5000/ns/app",
    "a.example.com:5000/ns",
    "a.example.com:5000",
    "*.example.com",
    "*.com",
  ]);
});

test("pathScopes(): with its name, then the directories above, but not the root", () => {
  assert.deepEqual(pathScopes("/srv/images/a.tar", "app:1"), [
    "/srv/images/a.tar:app:1",
    "/srv/images/a.tar",
    "/srv/images",
    "/srv",
  ]);
});
