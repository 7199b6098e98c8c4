import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeImage } from "../test/support/image.ts";
import { TSPOD } from "../test/support/program.ts";
import { startRegistry } from "../test/support/registry.ts";

/**
 * What `npm start` shows: a shell in a container from a registry. Where docker.io can be reached that is its
 * alpine; else an image of Debian's static busybox, from a registry in this process, so that the pull is a
 * real one.
 */
const PUBLIC_REGISTRY = { host: "registry-1.docker.io", port: 443 };
const LOCAL_NAME = "demo.localhost/busybox";
const SHOW =
  'echo "in a container: $(hostname), $(uname -sr), as $(id -un) (uid $(id -u))"; ip -4 addr show tap0 2>/dev/null | grep inet; ls /';

function canConnect({ host, port }: { host: string; port: number }, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.setTimeout(timeoutMs, () => finish(false));
    // A name server that doesn't answer isn't covered by the socket's own time-out.
    setTimeout(() => finish(false), timeoutMs).unref();
    socket.on("connect", () => finish(true)).on("error", () => finish(false));
  });
}

function runArguments(image: string): string[] {
  return process.stdin.isTTY ? ["run", "--rm", "-it", image, "sh"] : ["run", "--rm", image, "sh", "-c", SHOW];
}

/** Run tspod on our own terminal; gives its exit status. */
function runTspod(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  console.error(`$ tspod ${args.map((arg) => (/[^\w:./=-]/.test(arg) ? `'${arg}'` : arg)).join(" ")}`);
  // Ctrl-C is meant for the container.
  process.on("SIGINT", () => {});
  return new Promise((resolve, reject) => {
    const child = spawn(TSPOD, args, { stdio: "inherit", env });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function runLocalImage(): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const registry = stack.adopt(await startRegistry(), (running) => running.close());
  const directory = stack.adopt(mkdtempSync(join(tmpdir(), "tspod-start-")), (path) =>
    rmSync(path, { recursive: true }),
  );
  const registriesConf = join(directory, "registries.conf");
  registry.add("busybox", "latest", makeImage({ config: { Env: ["PATH=/bin", "PS1=\\u@\\h:\\w\\$ "] } }));
  const mirror = `[[registry]]\nprefix = "${LOCAL_NAME}"\nlocation = "${registry.address}/busybox"\ninsecure = true\n`;
  writeFileSync(registriesConf, mirror);
  return await runTspod(runArguments(LOCAL_NAME), {
    ...process.env,
    CONTAINERS_REGISTRIES_CONF: registriesConf,
  });
}

async function main(): Promise<void> {
  if (await canConnect(PUBLIC_REGISTRY, 2000)) {
    process.exitCode = await runTspod(runArguments("docker.io/library/alpine"), process.env);
  } else {
    console.error(
      `${PUBLIC_REGISTRY.host} can't be reached: pulling an image of busybox from a registry on loopback`,
    );
    process.exitCode = await runLocalImage();
  }
}

await main();
