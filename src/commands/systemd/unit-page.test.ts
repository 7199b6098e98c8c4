import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sectionsOf } from "../../cli/help/man-page.ts";
import { CONTAINER_KEYS } from "../../systemd/quadlet/convert/container-keys.ts";
import { ARTIFACT_KEYS } from "../../systemd/quadlet/convert/convert-artifact.ts";
import { BUILD_KEYS } from "../../systemd/quadlet/convert/convert-build.ts";
import { IMAGE_KEYS } from "../../systemd/quadlet/convert/convert-image.ts";
import { KUBE_KEYS } from "../../systemd/quadlet/convert/convert-kube.ts";
import { NETWORK_KEYS } from "../../systemd/quadlet/convert/convert-network.ts";
import { POD_KEYS } from "../../systemd/quadlet/convert/convert-pod.ts";
import { VOLUME_KEYS } from "../../systemd/quadlet/convert/convert-volume.ts";
import type { KeyRule } from "../../systemd/quadlet/convert/key-rules.ts";
import { sectionOf } from "../../systemd/unit-file/section.ts";
import { parseUnit } from "../../systemd/unit-file/unit-file.ts";
import { commands } from "../index.ts";
import { conversionContext } from "./conversion-context.ts";

const page = sectionsOf(
  readFileSync(join(import.meta.dirname, "../../../man/tspod-systemd.unit.5.md"), "utf8"),
);
const { unsupported } = await conversionContext(commands);
const KEY = /\*\*(\w+)=\*\*/g;

/** The keys that a text names. */
const keysOf = (text: string) => Array.from(text.matchAll(KEY), ([, key = ""]) => key);
const refusedIn = (name: string) =>
  keysOf(
    (page.get("NOT SUPPORTED") ?? "").split("\n").find((line) => line.includes(`In **[${name}]**`)) ?? "",
  );

/** Whether a key makes a flag that the command doesn't have, or is refused as such. */
function isRefused(name: string, { key, rule, command }: { key: string; rule: KeyRule; command: string }) {
  const value = key === "ExposeHostPort" ? "80" : "true";
  const unit = parseUnit(`[${name}]\n${key}=${value}\n`, `/q/a.${name.toLowerCase()}`);
  try {
    const flag = /^--([^=]+)/.exec(rule(sectionOf(unit, name), key, "/q")[0] ?? "")?.[1];
    return flag !== undefined && unsupported(command, flag) !== undefined;
  } catch {
    return true;
  }
}

for (const [name, keys, command] of [
  ["Container", CONTAINER_KEYS, "run"],
  ["Pod", POD_KEYS, "pod create"],
  ["Volume", VOLUME_KEYS, "volume create"],
  ["Network", NETWORK_KEYS, "network create"],
  ["Image", IMAGE_KEYS, "pull"],
  ["Artifact", ARTIFACT_KEYS, "artifact pull"],
  ["Build", BUILD_KEYS, "build"],
  ["Kube", KUBE_KEYS, "kube play"],
] as const)
  test(`tspod-systemd.unit(5) names the keys of [${name}], and which are refused`, () => {
    const refused = Object.entries(keys)
      .filter(([key, rule]) => isRefused(name, { key, rule, command }))
      .map(([key]) => key);
    assert.deepEqual(refusedIn(name).sort(), refused.sort());
    const supported = Object.keys(keys).filter((key) => !refused.includes(key));
    assert.deepEqual(keysOf(page.get(name.toUpperCase()) ?? "").sort(), supported.sort());
  });
