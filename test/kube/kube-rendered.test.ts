import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";

// What kustomize and Helm print, played as it is: from a file, and from stdin as it comes out of a pipe.

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const rendered = (name: string) => join(import.meta.dirname, "../fixtures/rendered", `${name}.yaml`);

/** What a container's httpd answers on its own port 80. */
async function fetched(container: string, path: string): Promise<string> {
  let said = "";
  await until(async () => {
    const result = await host.tspod(["exec", container, "wget", "-qO-", `http://127.0.0.1/${path}`]);
    said = result.stdout;
    return result.code === 0;
  }, `an answer of ${container}`);
  return said;
}

test("kustomize: names with prefix and hash, generated settings, and the patched Service", async () => {
  const port = await freePort();
  const file = join(host.directory, "kustomize.yaml");
  writeFileSync(file, readFileSync(rendered("kustomize"), "utf8").replace("30080", String(port)));
  const { code, stderr } = await host.tspod(["kube", "play", "--quiet", file]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(await fetched("shop-web-pod-web", "index.html"), "<h1>base</h1>\n");
  const env = await fetched("shop-web-pod-web", "env");
  for (const line of ["TOKEN=t0p", "greeting=hello", "level=debug"])
    assert.match(env, new RegExp(`^${line}$`, "m"));
  assert.match(
    await host.ok(["port", "shop-web-pod-web"]),
    new RegExp(`^80/tcp -> 0\\.0\\.0\\.0:${port}$`, "m"),
  );
  assert.equal(await host.ok(["pod", "inspect", "-f", '{{index .Labels "env"}}', "shop-web-pod"]), "shop");
  assert.equal(
    (await fetch(`http://127.0.0.1:${port}/index.html`).then((answer) => answer.text())).trim(),
    "<h1>base</h1>",
  );
  const again = await host.tspod(["kube", "play", "--strict", file]);
  assert.equal(again.code, 0, again.stderr);
  await host.ok(["kube", "down", file]);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

test("Helm: comments, empty documents and nulls; hooks for tests and kinds of clusters are warned of", async () => {
  const input = readFileSync(rendered("helm"));
  const { code, stderr } = await host.tspod(["kube", "play", "--quiet", "-"], { input });
  assert.equal(code, 0, stderr);
  const lines = stderr.trimEnd().split("\n");
  assert.equal(lines.length, 3, stderr);
  assert.match(
    lines[0] ?? "",
    /:4: ServiceAccount "blue-site": kind: ServiceAccount is no kind that is carried out here/,
  );
  assert.match(lines[1] ?? "", /serviceAccountName/);
  assert.match(lines[2] ?? "", /metadata\.annotations.*Helm makes it for test alone: it is not played/);
  assert.equal(
    await host.ok(["pod", "ps", "--format", "{{.Name}}", "--sort", "name"]),
    "blue-site-migrate-pod\nblue-site-pod",
  );
  assert.equal(await fetched("blue-site-pod-site", ""), "blue site\n");
  assert.equal(await host.ok(["exec", "blue-site-pod-site", "sh", "-c", "echo $PASSWORD"]), "hunter2");
  await until(async () => /\(ready\)/.test(await host.ok(["ps", "--format", "{{.Status}}"])), "readiness");
  await host.ok(["kube", "down", rendered("helm")]);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});
