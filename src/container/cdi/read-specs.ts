import { readdirSync } from "node:fs";
import { join } from "node:path";
import { messageChain, TspodError } from "../../errors.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { isSystemError } from "../../os/system-error.ts";
import { type CdiEdits, type CdiSpec, checkCdiSpec } from "./cdi-spec.ts";

/** Where makers of devices put their specs; of two with one name that of the later directory counts. */
export const CDI_DIRECTORIES: readonly string[] = ["/etc/cdi", "/var/run/cdi"];

/** A device by its full name, and the spec that it stands in. */
export interface FoundDevice {
  readonly spec: CdiSpec;
  readonly edits: CdiEdits;
}

export interface FoundSpecs {
  /** By `VENDOR/CLASS=NAME`; null: two specs of one directory have it. */
  readonly devices: ReadonlyMap<string, FoundDevice | null>;
  /** Why specs were passed over, a line each. */
  readonly problems: readonly string[];
}

/**
 * Read all specs. A file that is none keeps nothing but its own devices from being found, as with Podman.
 * @param directories absolute paths; those that are not there are passed over
 */
export async function readCdiSpecs(directories: readonly string[]): Promise<FoundSpecs> {
  const devices = new Map<string, FoundDevice | null>();
  const problems: string[] = [];
  for (const directory of directories) {
    const inDirectory = new Map<string, FoundDevice | null>();
    for (const name of namesIn(directory)) {
      const spec = await readSpec(join(directory, name), problems);
      for (const device of spec?.devices ?? []) {
        const full = `${spec?.kind}=${device.name}`;
        const found = spec === undefined ? null : { spec, edits: device.containerEdits ?? {} };
        inDirectory.set(full, inDirectory.has(full) ? null : found);
      }
    }
    for (const [name, found] of inDirectory) devices.set(name, found);
  }
  return { devices, problems };
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => /\.(?:json|ya?ml)$/.test(name))
      .sort();
  } catch (error) {
    if (isSystemError(error)) return []; // no spec there that we could read
    throw error;
  }
}

async function readSpec(path: string, problems: string[]): Promise<CdiSpec | undefined> {
  try {
    const text = readSmallText(path);
    return checkCdiSpec(path.endsWith(".json") ? parsedJson(text) : await parsedYaml(text));
  } catch (error) {
    if (!(error instanceof TspodError) && !isSystemError(error)) throw error;
    problems.push(`"${path}": ${error instanceof TspodError ? messageChain(error) : error.message}`);
    return undefined;
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TspodError("invalid CDI spec: it is not JSON");
  }
}

async function parsedYaml(text: string): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new TspodError(`invalid CDI spec: ${error.message.split("\n")[0]}`);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // The package's own words, as "Unresolved alias" and "Excessive alias count".
    throw new TspodError("invalid CDI spec", { cause: error });
  }
}
