import { unitArgument } from "../unit-file/quote.ts";

export const UPDATE_SERVICE = "tspod-auto-update.service";
/** It starts the service once a day. */
export const UPDATE_TIMER = "tspod-auto-update.timer";

/**
 * The texts of both by their names.
 * @param program absolute path of tspod
 * @see podman-auto-update.service and .timer of Podman's packages
 */
export function updateUnits(program: string): Readonly<Record<string, string>> {
  const command = unitArgument(program);
  return {
    [UPDATE_SERVICE]: `[Unit]
Description=Update containers to newer images
Documentation=man:tspod-auto-update(1)
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=${command} auto-update
ExecStartPost=${command} image prune -f
`,
    [UPDATE_TIMER]: `[Unit]
Description=Update containers to newer images, once a day
Documentation=man:tspod-auto-update(1)

[Timer]
OnCalendar=daily
# Not all machines ask the registries at midnight.
RandomizedDelaySec=900
Persistent=true

[Install]
WantedBy=timers.target
`,
  };
}
