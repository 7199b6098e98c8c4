import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attachNetworks } from "../../../network/attach-run.ts";
import type { AttachedNetwork, RunNetworks } from "../../../network/attached-network.ts";
import { resolveEgress } from "../../../network/egress.ts";
import { holderDirectory, lockLeases, readLeases } from "../../../network/leases.ts";
import { listNetworks } from "../../../network/networks.ts";
import { runRecords } from "../../../network/run-records.ts";
import type { NetworkAttachment } from "../../../options/network-mode.ts";
import { eachPort } from "../../../options/port-change.ts";
import { overwriteText } from "../../../os/files/overwrite-text.ts";
import { libDirectory } from "../../../os/program-files.ts";
import type { PlanRecord } from "../../../protocol/plan.ts";
import { slirpHelper } from "../../../rootless/slirp4netns.ts";
import { containerHostname } from "../../../spec/generate/hostname.ts";
import { hasOwnUserNamespace } from "../../../spec/generate/id-maps.ts";
import { isBeingStarted } from "../../state/being-started.ts";
import type { Engine } from "../../state/engine.ts";
import type { Container } from "../../state/list.ts";
import { networkPlace } from "../../state/network-place.ts";
import { containerPaths } from "../../state/paths.ts";
import { readRunNetworks } from "../../state/run-networks.ts";
import { isActive, readContainerState } from "../../state/state.ts";
import type { NetworkPlan } from "./network-plan.ts";

/**
 * The networks with names of a run: addresses are chosen and noted, and the monitor's file is written.
 * @throws {TspodError} If a network is not there or can't be used, an address is taken, or slirp4netns is not
 * installed.
 */
export async function planBridges(engine: Engine, container: Container): Promise<NetworkPlan> {
  const { record, paths } = container;
  const { mode } = record.options.network;
  const attachments = mode.kind === "bridge" ? mode.networks : [];
  const networks = await chooseNetworks(engine, container, {
    attachments,
    there: [],
    note: writeRunNetworks,
  });
  // With a user namespace of its own the runtime makes the network namespace, since that has to belong to it.
  const late = hasOwnUserNamespace(record.options);
  return {
    records: [
      ...(late ? [["netns-of-process"] as const] : []),
      ["netns", paths.netns],
      holderRecord(engine),
      ["networks", paths.networks],
    ],
    namespace: late ? undefined : paths.netns,
    addresses: undefined,
    networks,
  };
}

/**
 * Choose what a container has in further networks, and write down what it then has in all of them.
 * @param request.there networks that stay as they are
 * @param request.note writes it where the leases are read, which nobody does meanwhile
 */
export async function chooseNetworks(
  engine: Engine,
  container: Container,
  request: {
    readonly attachments: readonly NetworkAttachment[];
    readonly there: readonly AttachedNetwork[];
    readonly note: typeof writeRunNetworks;
  },
): Promise<readonly AttachedNetwork[]> {
  const { record, paths } = container;
  const place = networkPlace(engine);
  const { egress: asked } = record.options.network;
  const egress = asked && (await resolveEgress(asked));
  using _lock = await lockLeases(engine.store);
  const networks = attachNetworks(
    request.attachments,
    {
      id: record.id,
      name: record.name,
      hostname: containerHostname(record.options, { containerId: record.id, hostname: "" }),
      before: readRunNetworks(paths),
      egress,
    },
    {
      surroundings: {
        place,
        leases: readLeases(engine.runtimeDirectory, engine.store),
        lives: (id) => lives(engine, id),
      },
      there: request.there,
    },
  );
  request.note(engine, container, networks);
  return networks;
}

/** Both files of a run's networks: one for the monitor, one for `inspect` and the next run. */
export function writeRunNetworks(
  engine: Engine,
  container: Container,
  networks: readonly AttachedNetwork[],
): void {
  const { paths } = container;
  // A dry run has no runtime directory.
  if (existsSync(paths.runtime)) writeRecords(paths.networks, engine, { container, networks });
  writeNetworkFacts(container, networks);
}

/** What the monitor of a run is to carry out: until it has, all other files say what is in force. */
export function writeNetworkChange(
  engine: Engine,
  container: Container,
  networks: readonly AttachedNetwork[],
): void {
  writeRecords(container.paths.networkChange, engine, { container, networks });
}

/** What `inspect` and the next run know of the networks of this one. */
export function writeNetworkFacts({ paths }: Container, networks: readonly AttachedNetwork[]): void {
  const facts: RunNetworks = { schemaVersion: 1, networks };
  // Not flushed: after a power cut nothing of a run is there that could have these addresses.
  overwriteText(paths.networkFacts, `${JSON.stringify(facts)}\n`, { mode: 0o600 });
}

function writeRecords(
  path: string,
  engine: Engine,
  { container, networks }: { container: Container; networks: readonly AttachedNetwork[] },
): void {
  const { ports, dns } = container.record.options.network;
  const text = runRecords({
    networks,
    forwards: eachPort(ports),
    servers: dns.filter((server) => server !== "none"),
    all: listNetworks(networkPlace(engine)),
  });
  writeFileSync(path, text, { mode: 0o600 });
}

function lives({ store, runtimeDirectory }: Engine, id: string): boolean {
  const paths = containerPaths(store, runtimeDirectory, id);
  return isBeingStarted(paths) || isActive(readContainerState(paths));
}

/**
 * How the monitor finds the holder of the shared namespace, or makes it (native/network/main.c).
 * @throws {NotFoundError} If slirp4netns is not installed.
 */
export function holderRecord(engine: Engine): PlanRecord {
  const { XDG_RUNTIME_DIR: runtime = "" } = engine.env;
  const manager = runtime === "" ? "" : join(runtime, "systemd/private");
  const slirp = slirpHelper({ path: engine.env.PATH, program: engine.slirpPath });
  return [
    "network-holder",
    holderDirectory(engine.runtimeDirectory),
    join(libDirectory, "tspod-network"),
    holderDirectory(engine.runtimeDirectory),
    manager,
    ...slirp,
  ];
}
