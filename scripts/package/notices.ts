import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/*
 * notices.ts: the licences of what is packed with tspod, Node.js and the packages in its bundle, on stdout.
 * All of them ask for that.
 */

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly os?: readonly string[];
}

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const text: string[] = ["tspod contains the following works, under their own licences."];
for (const [path, { version, license, dev }] of Object.entries(packages)) {
  if (path === "" || dev) continue;
  const files = globSync("{LICENSE,LICENCE,license,License}*", { cwd: path });
  // Node's own of the other architecture is not here, and has the same licence.
  if (files.length === 0 && path.includes("node_modules/node-linux-")) continue;
  const name = path.replace(/^.*node_modules\//, "");
  const own = files.map((file) => readFileSync(join(path, file), "utf8").trim());
  text.push(`== ${name} ${version} (${license})`, ...(own.length > 0 ? own : [licenceOf(path)]));
}
process.stdout.write(`${text.join("\n\n")}\n`);

/** A package without a file names its licence and its author in its package.json. */
function licenceOf(path: string): string {
  const { author, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  return `Copyright ${typeof author === "string" ? author : (author?.name ?? "its authors")}; licence: ${license}`;
}
