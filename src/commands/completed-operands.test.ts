import assert from "node:assert/strict";
import { test } from "node:test";
import type { CompletionKind } from "../cli/define-command.ts";
import { commands } from "./index.ts";

/**
 * A word of a usage line says what stands there, and so what must be offered there. Scripts that walk through
 * Podman's help take it at its word. `none`: nothing but the shell's own files may be offered.
 */
const OFFERED: readonly (readonly [word: RegExp, kinds: readonly CompletionKind[]])[] = [
  [/CONTAINER.*PATH/, ["container-path"]],
  [
    /CONTAINER/,
    [
      ...(["container", "running-container", "container-or-image", "container-or-pod"] as const),
      ...(["container-pod-or-volume", "object"] as const),
    ],
  ],
  [/POD/, ["pod", "container-or-pod", "container-pod-or-volume", "object"]],
  [/IMAGE/, ["image", "container-or-image", "object"]],
  [/NETWORK/, ["network", "object"]],
  [/VOLUME/, ["volume", "container-pod-or-volume", "object"]],
  [/REGISTRY/, ["registry"]],
  [/SECRET/, ["secret"]],
  [/QUADLET/, ["quadlet"]],
  [/PATH|CONTEXT|FILE\b|COMMAND|ARG\.\.\./, ["file", "host-command", "image-path", "container-path"]],
];

for (const name of commands.names()) {
  test(`tspod ${name}: its operands are completed with what its usage line says`, async () => {
    const command = await commands.load(name);
    assert.ok(command);
    const { operands = "", complete = "none", hidden } = command;
    if (hidden) return;
    for (const [at, word] of operands.split(" ").filter(Boolean).entries()) {
      const kinds = typeof complete === "string" ? [complete] : complete;
      const kind = kinds[Math.min(at, kinds.length - 1)] ?? "none";
      // The second word of "FILE|URL [FILE...]" and the like is the first one's.
      if (/^\[?\.\.\.|^\[?FORMAT/.test(word)) continue;
      for (const [wanted, allowed] of OFFERED)
        if (wanted.test(word) && !(word.includes("PATH") && wanted.source === "CONTAINER"))
          assert.ok(allowed.includes(kind), `${word} is completed with "${kind}"`);
    }
  });
}
