import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/*
 * fetch-locked.ts ENTRY DIRECTORY: fetch a package of package-lock.json that this machine's npm leaves out,
 * and unpack it, after a comparison with the lock's checksum.
 */

const [entry = "", directory = ""] = process.argv.slice(2);
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const { version, integrity } = lock.packages[entry] ?? fail(`${entry} is not in package-lock.json`);
const name = entry.replace(/^.*node_modules\//, "");

mkdirSync(directory, { recursive: true });
const packed = execFileSync(
  "npm",
  ["pack", "--silent", "--pack-destination", directory, `${name}@${version}`],
  {
    encoding: "utf8",
  },
);
const archive = join(directory, packed.trim());
const digest = createHash("sha512").update(readFileSync(archive)).digest("base64");
if (`sha512-${digest}` !== integrity) fail(`${archive} is not what package-lock.json has: sha512-${digest}`);
execFileSync("tar", ["--extract", "--gzip", "--file", archive, "--directory", directory]);

function fail(message: string): never {
  console.error(`package: ${message}`);
  process.exit(1);
}
