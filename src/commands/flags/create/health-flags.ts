import type { FlagTable } from "../../../cli/flags/flag.ts";

/** Health checks. What isn't given is as the image has it. */
export const healthFlags = {
  "health-cmd": {
    type: "string",
    aliases: ["healthcheck-command"],
    value: "COMMAND",
    help: "Command whose exit code says whether the container is healthy; none for no check",
  },
  "health-interval": {
    type: "string",
    aliases: ["healthcheck-interval"],
    value: "DURATION",
    help: "Time between two checks; disable for none by themselves (default 30s)",
  },
  "health-log-destination": {
    type: "string",
    default: "local",
    value: "WHERE",
    complete: "directory",
    help: "Where results of health checks go: local (with the container), events_logger (into its events, too), or a directory",
  },
  "health-max-log-count": {
    type: "int",
    unsigned: true,
    default: 5,
    value: "NUMBER",
    help: "Results of health checks that are kept; 0 for all",
  },
  "health-max-log-size": {
    type: "int",
    unsigned: true,
    default: 500,
    value: "BYTES",
    help: "Bytes that are kept of what a health check prints; 0 for no limit",
  },
  "health-on-failure": {
    type: "string",
    default: "none",
    value: "ACTION",
    help: "What to do when it turns unhealthy: none, kill, restart or stop",
  },
  "health-retries": {
    type: "int",
    unsigned: true,
    aliases: ["healthcheck-retries"],
    value: "NUMBER",
    help: "Failures in a row that make it unhealthy (default 3)",
  },
  "health-start-period": {
    type: "string",
    aliases: ["healthcheck-start-period"],
    value: "DURATION",
    help: "Time to start, in which failures don't count (default 0s)",
  },
  "health-startup-cmd": {
    type: "string",
    value: "COMMAND",
    help: "Check that runs in place of the other until it has succeeded",
  },
  "health-startup-interval": {
    type: "string",
    value: "DURATION",
    help: "Time between two startup checks; disable for none by themselves (default 30s)",
  },
  "health-startup-retries": {
    type: "int",
    unsigned: true,
    value: "NUMBER",
    help: "Failed startup checks in a row after which the container is restarted; 0 for no limit (default 0)",
  },
  "health-startup-success": {
    type: "int",
    unsigned: true,
    value: "NUMBER",
    help: "Startup checks in a row that must succeed; 0 for one (default 0)",
  },
  "health-startup-timeout": {
    type: "string",
    value: "DURATION",
    help: "Time after which a startup check has failed (default 30s)",
  },
  "health-timeout": {
    type: "string",
    aliases: ["healthcheck-timeout"],
    value: "DURATION",
    help: "Time after which a check has failed (default 30s)",
  },
  "no-healthcheck": { type: "boolean", help: "Don't use the image's health check" },
} as const satisfies FlagTable;
