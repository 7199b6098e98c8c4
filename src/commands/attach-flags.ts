/** Flags of commands that attach to a container. */
export const attachFlags = {
  "detach-keys": {
    type: "string",
    value: "KEYS",
    default: "ctrl-p,ctrl-q",
    help: 'Keys that detach: a letter, or ctrl- and one of a-z, @, ^, [, comma, _; "" for none',
  },
  "sig-proxy": {
    type: "boolean",
    default: true,
    help: "Pass signals that the command gets on to the container",
  },
} as const;
