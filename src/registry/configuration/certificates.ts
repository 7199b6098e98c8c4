import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Env } from "../../os/env.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";

/** What TLS needs to know for one registry. */
export interface Certificates {
  /** PEM: the trusted authorities, the system's among them; undefined: Node's own. */
  readonly ca: readonly string[] | undefined;
  /** The client's own certificate and key, PEM. */
  readonly client: { readonly cert: string; readonly key: string } | undefined;
}

/** Where distributions keep the system's authorities: Go's list. */
const SYSTEM_AUTHORITIES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

export interface CertificateSources {
  readonly env: Env;
  /** --cert-dir */
  readonly certDirectory?: string | undefined;
  /** Where the system's containers configuration is; default "/etc/containers". */
  readonly system?: string | undefined;
}

/**
 * Certificates for `host[:port]`: --cert-dir, or the first certs.d directory that has one for it.
 * @throws {TspodError} If a file can't be read, or a client certificate lacks its key.
 * @see containers-certs.d(5)
 */
export function loadCertificates(
  registry: string,
  { env, certDirectory, system = "/etc/containers" }: CertificateSources,
): Certificates {
  const home = env.HOME ?? "/";
  const directory =
    certDirectory ??
    [join(home, ".config/containers/certs.d"), join(system, "certs.d"), "/etc/docker/certs.d"]
      .map((parent) => join(parent, registry))
      .find((candidate) => existsSync(candidate));
  const names = directory === undefined ? [] : listed(directory);
  const own = names.filter((name) => name.endsWith(".crt")).map((name) => read(join(directory ?? "", name)));
  return { ca: authorities(env, own), client: clientCertificate(directory ?? "", names) };
}

/** Authorities of our own are added to those of the system, which Node would otherwise replace. */
function authorities(env: Env, own: readonly string[]): readonly string[] | undefined {
  const system = (env.SSL_CERT_FILE ? [env.SSL_CERT_FILE] : SYSTEM_AUTHORITIES).find((path) =>
    existsSync(path),
  );
  if (system === undefined) return own.length === 0 ? undefined : own;
  return [read(system), ...own];
}

function clientCertificate(directory: string, names: readonly string[]): Certificates["client"] {
  const cert = names.find((name) => name.endsWith(".cert"));
  if (cert === undefined) return undefined;
  const key = cert.replace(/\.cert$/, ".key");
  if (!names.includes(key)) {
    throw new TspodError(
      `missing key "${key}" for client certificate "${cert}" in "${directory}": authorities use the extension .crt`,
    );
  }
  return { cert: read(join(directory, cert)), key: read(join(directory, key)) };
}

function listed(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (cause) {
    throw new TspodError(`reading certificates in "${directory}"`, { cause });
  }
}

function read(path: string): string {
  try {
    return readSmallText(path);
  } catch (cause) {
    throw new TspodError(`reading certificate "${path}"`, { cause });
  }
}
