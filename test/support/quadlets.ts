import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TSPOD, until } from "./program.ts";
import { makeSystemdWorld } from "./systemd.ts";

const GENERATOR = "/run/systemd/user-generators/tspod-system-generator";

/** A user's systemd manager whose generator is tspod's, and a directory of quadlets, empty at first. */
export async function makeQuadletWorld() {
  const world = await makeSystemdWorld();
  const { host, ask } = world;
  // Where the manager's generators look too: its home is not that of a test.
  const directory = join(host.runtimeDirectory, "containers/systemd");
  symlinkSync(TSPOD, GENERATOR);
  mkdirSync(directory, { recursive: true });
  const show = (unit: string, property: string) =>
    ask("systemctl", ["show", "--value", `--property=${property}`, unit]);
  return {
    host,
    ask,
    addUnit: world.addUnit,
    directory,
    /** A property of a unit. */
    show,
    inspect: (name: string, format: string) => host.ok(["inspect", "--format", format, name]),
    becomes: (unit: string, state: string) =>
      until(async () => (await show(unit, "ActiveState")) === state, `${unit} to be ${state}`),
    /** Files of the directory → what they say from now on, to the manager too. */
    async put(files: Readonly<Record<string, string>>): Promise<void> {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
      await ask("systemctl", ["daemon-reload"]);
    },
    async close(): Promise<void> {
      rmSync(GENERATOR);
      rmSync(directory, { recursive: true });
      await ask("systemctl", ["daemon-reload"]);
      await world.close();
    },
  };
}
