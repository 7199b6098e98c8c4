import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadCertificates } from "./certificates.ts";

const directory = mkdtempSync(join(tmpdir(), "tspod-certs-"));
after(() => rmSync(directory, { recursive: true }));
const [home, system] = [join(directory, "home"), join(directory, "etc/containers")];
const bundle = join(directory, "system.crt");
writeFileSync(bundle, "SYSTEM");
const env = { HOME: home, SSL_CERT_FILE: bundle };

function write(path: string, content: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
}

test("the user's certs.d comes before the system's, and both add to the authorities of the machine", () => {
  write(join(system, "certs.d/reg:5000/ca.crt"), "THEIRS");
  assert.deepEqual(loadCertificates("reg:5000", { env, system }), {
    ca: ["SYSTEM", "THEIRS"],
    client: undefined,
  });
  write(join(home, ".config/containers/certs.d/reg:5000/ca.crt"), "OURS");
  assert.deepEqual(loadCertificates("reg:5000", { env, system }).ca, ["SYSTEM", "OURS"]);
  assert.deepEqual(loadCertificates("other:5000", { env, system }).ca, ["SYSTEM"]);
});

test("--cert-dir stands alone; a client certificate has its key beside it", () => {
  const own = join(directory, "own");
  write(join(own, "me.cert"), "CERT");
  write(join(own, "me.key"), "KEY");
  assert.deepEqual(loadCertificates("reg:5000", { env, system, certDirectory: own }), {
    ca: ["SYSTEM"],
    client: { cert: "CERT", key: "KEY" },
  });
  rmSync(join(own, "me.key"));
  assert.throws(() => loadCertificates("reg:5000", { env, certDirectory: own }), /missing key "me\.key"/);
});
