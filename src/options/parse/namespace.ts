import { TspodError } from "../../errors.ts";
import type { IpcMode, NamespaceMode } from "../namespace-mode.ts";

/**
 * `--pid`, `--uts`, `--cgroupns`: `host`, `private`, `container:NAME`, `ns:PATH`, `pod`; empty is private.
 * @throws {TspodError} If it is none of them.
 */
export function parseNamespace(text: string): NamespaceMode {
  if (text === "" || text === "private") return { kind: "private" };
  if (text === "host" || text === "pod") return { kind: text };
  if (text === "container:" || text === "ns:")
    throw new TspodError(`invalid config provided: namespace mode ${text.slice(0, -1)} requires a value`);
  const [, kind, rest] = /^(container|ns):(.+)$/.exec(text) ?? [];
  if (rest === undefined) throw new TspodError(`unrecognized namespace mode ${text} passed`);
  return kind === "ns" ? { kind: "path", path: rest } : { kind: "container", container: rest };
}

/** `--ipc`: also `none` and `shareable`, which is the default. @throws {TspodError} If it is none of them. */
export function parseIpc(text: string): IpcMode {
  if (text === "") return { kind: "shareable" };
  return text === "none" || text === "shareable" ? { kind: text } : parseNamespace(text);
}
