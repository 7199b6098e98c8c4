import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";

/**
 * A registry of just the packages in a directory, on 127.0.0.1: what it doesn't have doesn't exist.
 * @returns the server, and its address with a slash at the end
 * @see https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
 */
export async function serveRegistry(directory: string): Promise<{ server: Server; url: string }> {
  const archives = readdirSync(directory).filter((name) => name.endsWith(".tgz"));
  const packages = new Map(archives.map((name) => described(join(directory, name))));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "").slice(1);
    const archive = archives.find((name) => path === `-/${name}`);
    const found = packages.get(path);
    if (archive !== undefined) response.end(readFileSync(join(directory, archive)));
    else if (found !== undefined) response.end(JSON.stringify(found(`http://${request.headers.host}/`)));
    else response.writeHead(404).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { server, url: `http://127.0.0.1:${address.port}/` };
}

/** A package's name, and what makes its document for a registry at an address. */
function described(file: string): [string, (url: string) => object] {
  const manifest = JSON.parse(
    execFileSync("tar", ["--extract", "--gzip", "--to-stdout", "--file", file, "package/package.json"], {
      encoding: "utf8",
    }),
  );
  const integrity = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
  const { name, version } = manifest;
  const document = (url: string): object => ({
    name,
    "dist-tags": { latest: version },
    versions: {
      [version]: { ...manifest, dist: { integrity, tarball: `${url}-/${file.split("/").at(-1)}` } },
    },
  });
  return [name, document];
}
