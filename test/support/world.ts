import { type Host, makeHost } from "./host.ts";
import { type ImageOptions, makeImage } from "./image.ts";
import { until } from "./program.ts";
import { type Registry, startRegistry } from "./registry.ts";

/** The image that most tests use: a static busybox. */
export const IMAGE = "test.localhost/busybox:latest";

/** A host, and a registry that it knows as test.localhost. */
export interface World {
  readonly host: Host;
  readonly registry: Registry;
  /** What the host knows of the registry, for another host. */
  readonly registriesConf: string;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** Repository → what to make; they are served, and pulled too unless `pull` is false. Default: IMAGE. */
  readonly images?: Readonly<Record<string, ImageOptions>>;
  readonly pull?: boolean;
  /** Default: a new one. */
  readonly host?: Host;
}

export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const { images = { busybox: {} }, pull = true, host = makeHost() } = options;
  const registry = await startRegistry();
  const conf = registriesConf(registry);
  host.configureRegistries(conf);
  for (const [repository, options] of Object.entries(images)) {
    registry.add(repository, "latest", makeImage(options));
    if (pull) await host.ok(["pull", "--quiet", `test.localhost/${repository}:latest`]);
  }
  return {
    host,
    registry,
    registriesConf: conf,
    async close() {
      await registry.close();
      await host.close();
    },
  };
}

/** Waits until a container has ended, and its monitor: by its restart policy it may run several times. */
export async function untilEnded(host: Host, name: string): Promise<void> {
  const fields = "{{.State.Status}} {{.State.ConmonPid}}";
  const hasEnded = async () => (await host.ok(["inspect", "--format", fields, name])) === "exited 0";
  await until(hasEnded, `the end of ${name}`);
}

function registriesConf({ address }: Registry): string {
  return [
    'unqualified-search-registries = ["test.localhost"]',
    `[[registry]]\nprefix = "test.localhost"\nlocation = "${address}"\ninsecure = true`,
    `[[registry]]\nlocation = "${address}"\ninsecure = true`,
    "",
  ].join("\n");
}
