import { dirname, resolve } from "node:path";
import { TspodError } from "../../errors.ts";
import { anything, checkShape, flag, list, members, text } from "../../oci/shape.ts";
import { readSmallFile } from "../../os/files/read-small-file.ts";

/** An API server, and who one is there. */
export interface Cluster {
  /** `https://HOST:PORT`, perhaps with a path. */
  readonly server: string;
  /** PEM; absent: the authorities that Node knows. */
  readonly authority?: Buffer;
  readonly skipVerification: boolean;
  /** The name that its certificate has to have, where that is not the host's. */
  readonly serverName?: string;
  readonly token?: string;
  /** PEM of both. */
  readonly certificate?: { readonly certificate: Buffer; readonly key: Buffer };
  /** The context's; absent: it says none. */
  readonly namespace?: string;
}

const named = <T>(name: string, shape: (value: unknown) => T) => members({ name: text, [name]: shape });

const clusterShape = members(
  { server: text },
  {
    "certificate-authority": text,
    "certificate-authority-data": text,
    "insecure-skip-tls-verify": flag,
    "tls-server-name": text,
  },
);
const userShape = members(
  {},
  {
    token: text,
    tokenFile: text,
    "client-certificate": text,
    "client-certificate-data": text,
    "client-key": text,
    "client-key-data": text,
    username: text,
    exec: anything,
    "auth-provider": anything,
  },
);
const contextShape = members({ cluster: text, user: text }, { namespace: text });
const configShape = members(
  {},
  {
    "current-context": text,
    clusters: list(named("cluster", clusterShape)),
    contexts: list(named("context", contextShape)),
    users: list(named("user", userShape)),
  },
);

type Config = Readonly<Record<string, unknown>>;
type Strings = Readonly<Record<string, string | undefined>>;

/**
 * The cluster of a kubeconfig's current context.
 * @param path absolute; what it names by relative paths is beside it
 * @throws {TspodError} If it can't be read, names what it does not have, or leaves the login to a program.
 * @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export async function readKubeconfig(path: string): Promise<Cluster> {
  const { parse } = await import("yaml");
  const config = checkShape(configShape, parsed(parse, path), `kubeconfig "${path}"`) as Config;
  const current = config["current-context"];
  if (typeof current !== "string" || current === "")
    throw new TspodError(
      `kubeconfig "${path}" has no current-context: kubectl config use-context NAME sets one`,
    );
  const context = entry(config, path, { list: "contexts", member: "context", name: current });
  const cluster = entry(config, path, { list: "clusters", member: "cluster", name: context.cluster ?? "" });
  const user = entry(config, path, { list: "users", member: "user", name: context.user ?? "" });
  refuseOtherLogins(user, context.user ?? "");
  const read = (data: string | undefined, file: string | undefined) => contentOf(data, file, dirname(path));
  const authority = read(cluster["certificate-authority-data"], cluster["certificate-authority"]);
  const certificate = read(user["client-certificate-data"], user["client-certificate"]);
  const key = read(user["client-key-data"], user["client-key"]);
  const token = user.token || read(undefined, user.tokenFile)?.toString("utf8").trim();
  const serverName = cluster["tls-server-name"];
  return {
    server: serverOf(cluster.server ?? "", path),
    skipVerification: (cluster as Config)["insecure-skip-tls-verify"] === true,
    ...(authority !== undefined && { authority }),
    ...(serverName && { serverName }),
    ...(token && { token }),
    ...(certificate !== undefined && key !== undefined && { certificate: { certificate, key } }),
    ...(context.namespace && { namespace: context.namespace }),
  };
}

function parsed(parse: (text: string) => unknown, path: string): unknown {
  const content = readSmallFile(path).toString("utf8");
  try {
    return parse(content) ?? {};
  } catch (cause) {
    throw new TspodError(`kubeconfig "${path}" is no YAML`, { cause });
  }
}

/** @throws {TspodError} If the list has none of that name. */
function entry(
  config: Config,
  path: string,
  { list: key, member, name }: { readonly list: string; readonly member: string; readonly name: string },
): Strings {
  const all = (config[key] ?? []) as readonly Readonly<Record<string, unknown>>[];
  const found = all.find((each) => each.name === name);
  if (found === undefined) throw new TspodError(`kubeconfig "${path}" has no ${member} "${name}"`);
  return found[member] as Strings;
}

function refuseOtherLogins(user: Strings, name: string): void {
  const way = ["exec", "auth-provider", "username"].find((key) => user[key] !== undefined);
  if (way !== undefined)
    throw new TspodError(
      `user "${name}" of the kubeconfig logs in by ${way}, which tspod does not know: "kubectl create token ACCOUNT" makes a token for it`,
    );
}

function contentOf(
  data: string | undefined,
  file: string | undefined,
  directory: string,
): Buffer | undefined {
  if (data) return Buffer.from(data, "base64");
  return file ? readSmallFile(resolve(directory, file)) : undefined;
}

/** @throws {TspodError} Unless it is an address of https: a token must not go over the wire as it is. */
function serverOf(server: string, path: string): string {
  if (URL.canParse(server) && new URL(server).protocol === "https:") return server.replace(/\/+$/, "");
  throw new TspodError(`kubeconfig "${path}": the server "${server}" is no address of https`);
}
