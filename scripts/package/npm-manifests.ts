import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/* npm-manifests.ts ARCH VERSION DIRECTORY: package.json of `DIRECTORY/tspod` and of `DIRECTORY/linux`. */

const [arch = "", version = "", directory = ""] = process.argv.slice(2);
const { description, keywords, license, homepage, bugs, repository } = JSON.parse(
  readFileSync("package.json", "utf8"),
);
const common = { version, license, homepage, bugs, repository };

write("tspod", {
  name: "tspod",
  description,
  keywords,
  ...common,
  os: ["linux"],
  bin: { tspod: "bin/tspod" },
  man: globSync("man/man*/*", { cwd: join(directory, "tspod") })
    .map((file) => `./${file}`)
    .sort(),
  optionalDependencies: { "@tspod/linux-arm64": version, "@tspod/linux-x64": version },
});
write("linux", {
  name: `@tspod/linux-${arch}`,
  description: `The program tspod for Linux, ${arch}: install the package tspod`,
  ...common,
  os: ["linux"],
  cpu: [arch],
  libc: ["glibc"],
});

function write(name: string, manifest: object): void {
  writeFileSync(join(directory, name, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
