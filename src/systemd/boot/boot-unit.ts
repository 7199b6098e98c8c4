import { unitArgument } from "../unit-file/quote.ts";

/** The unit that starts containers when the machine, or the user's session, does. */
export const BOOT_UNIT = "tspod-restart.service";

/**
 * That unit's text.
 * @param program absolute path of tspod
 * @see podman-restart.service of Podman's packages
 */
export function bootUnit(program: string): string {
  const command = unitArgument(program);
  return `[Unit]
Description=Start containers by their restart policy
Documentation=man:tspod-system-boot-enable(1)
StartLimitIntervalSec=0
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=true
# Containers stay in the service's group, and make groups of their own in it.
Delegate=yes
Environment=PODMAN_SYSTEMD_UNIT=%n
ExecStart=${command} start --all --filter should-start-on-boot=true
ExecStop=${command} system boot stop
# What is left then has its own way to end.
KillMode=mixed

[Install]
WantedBy=default.target
`;
}
