import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeHost } from "./host.ts";
import { type ProgramOptions, runProgram } from "./program.ts";
import { makeWorld, type World, type WorldOptions } from "./world.ts";

/**
 * A world whose user has logged in: with a systemd manager, a bus and a journal. Its units run tspod in the
 * same host.
 */
export interface SystemdWorld extends World {
  /**
   * Run a program of systemd's (`systemctl`, `systemd-run`, `journalctl`) for the user; it must end with 0.
   * Gives its stdout without the last newline.
   */
  ask(program: string, args: readonly string[], options?: ProgramOptions): Promise<string>;
  /** Write a unit file and have the manager read it. */
  addUnit(name: string, text: string): Promise<void>;
}

/** Only in `scripts/sandbox systemd`; files share its manager, so they run one after the other. */
export async function makeSystemdWorld(options: Omit<WorldOptions, "host"> = {}): Promise<SystemdWorld> {
  const { XDG_RUNTIME_DIR: runtimeDirectory, DBUS_SESSION_BUS_ADDRESS: bus } = process.env;
  assert.ok(runtimeDirectory && bus, "these tests need a user's systemd manager: see scripts/sandbox");
  const world = await makeWorld({
    ...options,
    host: makeHost({ runtimeDirectory, configuration: '[engine]\nevents_logger = "file"\n' }),
  });
  const { env } = world.host;
  const ask: SystemdWorld["ask"] = async (program, args, options) => {
    const command = program === "journalctl" ? args : ["--user", ...args];
    const result = await runProgram(program, command, { env, ...options });
    assert.equal(result.code, 0, `${program} ${args.join(" ")}: ${result.stdout}${result.stderr}`);
    return result.stdout.replace(/\n$/, "");
  };
  const names = Object.keys(env);
  // The manager stays, so it must not get what belongs to this world.
  await ask("systemctl", ["start", "dbus.service"]);
  await ask("systemctl", ["set-environment", ...names.map((name) => `${name}=${env[name]}`)]);
  return {
    ...world,
    ask,
    async addUnit(name, text) {
      const directory = join(runtimeDirectory, "systemd/user");
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, name), text);
      await ask("systemctl", ["daemon-reload"]);
    },
    async close() {
      await ask("systemctl", ["unset-environment", ...names]);
      await world.close();
    },
  };
}
