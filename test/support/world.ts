import { type Host, makeHost } from "./host.ts";
import { type ImageOptions, makeImage } from "./image.ts";
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

function registriesConf({ address }: Registry): string {
  return [
    'unqualified-search-registries = ["test.localhost"]',
    `[[registry]]\nprefix = "test.localhost"\nlocation = "${address}"\ninsecure = true`,
    `[[registry]]\nlocation = "${address}"\ninsecure = true`,
    "",
  ].join("\n");
}
