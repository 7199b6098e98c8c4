import type { FlagTable } from "../../../cli/flags/flag.ts";

/** What runs, as whom, and with what environment. */
export const processFlags = {
  entrypoint: {
    type: "string",
    value: "COMMAND",
    help: "Run this in place of the image's entrypoint; a JSON array for several words",
  },
  env: {
    type: "list",
    short: "e",
    value: "NAME=VALUE",
    help: "Set an environment variable; NAME alone takes the caller's, NAME* all that start so",
  },
  "env-file": {
    type: "list",
    split: true,
    value: "FILE",
    complete: "file",
    help: "Read environment variables from a file",
  },
  "env-host": { type: "boolean", help: "Use all environment variables of the caller" },
  "env-merge": {
    type: "list",
    value: "NAME=VALUE",
    help: "Set an environment variable from the image's own, as in PATH=/opt/bin:$PATH",
  },
  unsetenv: { type: "list", value: "NAME", help: "Leave out a variable of the image or of the defaults" },
  "unsetenv-all": { type: "boolean", help: "Leave out all variables of the image and of the defaults" },
  "http-proxy": { type: "boolean", default: true, help: "Pass the caller's proxy variables on" },
  user: { type: "string", short: "u", value: "USER[:GROUP]", help: "Run as this user, by name or number" },
  "group-add": {
    type: "list",
    split: true,
    value: "GROUP",
    help: "Add a group; keep-groups keeps those of the caller",
  },
  workdir: { type: "string", short: "w", value: "DIR", help: "Working directory in the container" },
  hostname: { type: "string", short: "h", value: "NAME", help: "Host name of the container" },
  tty: { type: "boolean", short: "t", help: "Allocate a terminal" },
  interactive: { type: "boolean", short: "i", help: "Keep the input open, even if nobody is attached" },
  attach: {
    type: "list",
    split: true,
    short: "a",
    value: "STREAM",
    help: "Attach to stdin, stdout or stderr only",
  },
  init: {
    type: "boolean",
    help: "Run an init as the first process, which passes signals on and reaps processes",
  },
  "init-path": { type: "string", value: "PATH", complete: "file", help: "Path of that init on the host" },
  "stop-signal": {
    type: "string",
    value: "SIGNAL",
    complete: "signal",
    help: "Signal that stops the container; default: the image's, or SIGTERM",
  },
  "stop-timeout": {
    type: "int",
    unsigned: true,
    value: "SECONDS",
    default: 10,
    help: "Time between that signal and SIGKILL",
  },
  timeout: { type: "int", unsigned: true, value: "SECONDS", help: "Kill the container after this time" },
  systemd: {
    type: "string",
    default: "true",

    value: "true|false|always",
    help: "Prepare the container for systemd where its command is one",
  },
  umask: { type: "string", default: "0022", value: "MODE", help: "File mode creation mask" },
  tz: { type: "string", value: "ZONE", help: "Time zone; local for the host's" },
  "oom-score-adj": {
    type: "int",
    value: "NUMBER",
    help: "Adjust how likely the kernel's OOM killer is to choose the container (-1000 to 1000)",
  },
  personality: { type: "string", value: "DOMAIN", help: "Execution domain: LINUX or LINUX32" },
  passwd: { type: "boolean", default: true, help: "Add entries for the user to /etc/passwd and /etc/group" },
  "group-entry": {
    type: "string",
    value: "LINE",
    help: "Line to add to /etc/group where the user's group has none there; $GID and $NAME stand for the group's",
  },
  "passwd-entry": { type: "string", value: "LINE", help: "The line to add to /etc/passwd" },
  hostuser: { type: "list", split: true, value: "USER", help: "Add this user of the host to /etc/passwd" },
  sdnotify: {
    type: "string",
    default: "container",
    value: "MODE",
    help: "Who reports readiness to systemd: container, conmon (once started), healthy (when the health check passes) or ignore",
  },
} as const satisfies FlagTable;
