/**
 * A symlink of such a name is systemd's generator for quadlets: tspod-system-generator,
 * podman-user-generator, and `quadlet`, as Podman calls the program behind them.
 */
const GENERATOR = /-(?:system|user)-generator$|^quadlet$/;

/**
 * The command line for the table, where the name alone says which command it is. @param name what the user
 * called
 */
export function withCommandOfName(name: string, argv: readonly string[]): readonly string[] {
  return GENERATOR.test(name) ? ["__quadlet-generator", ...argv] : argv;
}
