import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownerOnHost } from "../../oci/id-maps.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { lookupSecret, secretData } from "../../secret/secrets.ts";
import type { Store } from "../../storage/store.ts";

/**
 * The secrets with their names and IDs, however they were asked for.
 * @throws {NotFoundError} If one is not there.
 */
export function findSecrets(store: Store, secrets: CreateOptions["secrets"]): CreateOptions["secrets"] {
  return secrets.map((request) => {
    const { id, name } = lookupSecret(store, request.source);
    return { ...request, source: name, id };
  });
}

/**
 * Copy a container's secrets into its directory: it keeps them, whatever becomes of the originals. `run` is
 * what it sees as /run/secrets, the file N is the secret of that index.
 */
export function writeSecrets(store: Store, { options }: ContainerRecord, directory: string): void {
  const owned = (path: string, owner: { uid: number; gid: number }): void => {
    const { uid, gid } = options.idMaps === undefined ? owner : ownerOnHost(options.idMaps, owner);
    chownSync(path, uid, gid);
  };
  const secrets = join(directory, "secrets");
  mkdirSync(join(secrets, "run"), { recursive: true });
  chmodSync(join(secrets, "run"), 0o755);
  owned(join(secrets, "run"), { uid: 0, gid: 0 });
  for (const [index, request] of options.secrets.entries()) {
    if (request.type !== "mount") continue;
    const path = join(secrets, String(index));
    writeFileSync(path, secretData(lookupSecret(store, request.source)), { mode: 0o600 });
    chmodSync(path, request.mode);
    owned(path, request);
  }
}

/**
 * `NAME=VALUE` of the secrets that go into the environment. @throws {NotFoundError} If one is not there any
 * more.
 */
export function secretEnv(store: Store, { secrets }: CreateOptions): string[] {
  return secrets
    .filter(({ type }) => type === "env")
    .map(({ source, target }) => `${target ?? source}=${secretData(lookupSecret(store, source)).toString()}`);
}
