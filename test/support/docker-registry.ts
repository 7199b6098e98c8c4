import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.ts";
import { requireProgram, until } from "./program.ts";

export interface DockerRegistryOptions {
  /** With a certificate of the authority for 127.0.0.1 and localhost. */
  readonly tls?: boolean;
  /** Only who shows a certificate of the authority is let in. */
  readonly clientCertificates?: boolean;
  /** Only the user "user" with the password "right" is let in. */
  readonly password?: boolean;
  /** A token server's address, and the certificate of its key. */
  readonly token?: { readonly realm: string; readonly certificate: string };
}

/** Debian's docker-registry: the real thing. Several, which serve the same storage. */
export interface DockerRegistries {
  /** Absolute; `ca/ca.crt` is the authority, as --cert-dir has it. */
  readonly directory: string;
  /** `127.0.0.1:PORT` */
  start(options?: DockerRegistryOptions): Promise<string>;
  /** A certificate of the authority: NAME.key and NAME.crt in the directory. */
  certify(name: string, subject: string): void;
  close(): void;
}

export function dockerRegistries(): DockerRegistries {
  const program = requireProgram("docker-registry", "docker-registry");
  const directory = mkdtempSync(join(tmpdir(), "tspod-registry-"));
  const servers: ChildProcess[] = [];
  const certify = (name: string, subject: string) => signCertificate(directory, name, subject);
  makeAuthority(directory);
  certify("server", "127.0.0.1");
  return {
    directory,
    certify,
    async start(options = {}) {
      const address = `127.0.0.1:${await freePort()}`;
      const file = join(directory, `${servers.length}.yml`);
      writeFileSync(file, JSON.stringify(configuration(directory, address, options))); // JSON is YAML
      servers.push(spawn(program, ["serve", file], { stdio: "ignore" }));
      await until(() => isListening(address), "the registry");
      return address;
    },
    close() {
      for (const server of servers) server.kill();
      rmSync(directory, { recursive: true });
    },
  };
}

function configuration(
  directory: string,
  address: string,
  { tls, clientCertificates, password, token }: DockerRegistryOptions,
): object {
  const passwords = join(directory, "htpasswd");
  if (password) {
    const htpasswd = requireProgram("htpasswd", "apache2-utils");
    writeFileSync(passwords, execFileSync(htpasswd, ["-Bbn", "user", "right"]));
  }
  const auth = {
    ...(password && { htpasswd: { realm: "test", path: passwords } }),
    ...(token && {
      token: {
        realm: token.realm,
        service: "test-registry",
        issuer: "test-issuer",
        rootcertbundle: token.certificate,
      },
    }),
  };
  return {
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(directory, "storage") }, delete: { enabled: true } },
    http: {
      addr: address,
      ...(tls && {
        tls: {
          certificate: join(directory, "server.crt"),
          key: join(directory, "server.key"),
          ...(clientCertificates && { clientcas: [join(directory, "ca/ca.crt")] }),
        },
      }),
    },
    ...(Object.keys(auth).length > 0 && { auth }),
  };
}

function openssl(directory: string, args: readonly string[]): void {
  execFileSync(requireProgram("openssl", "openssl"), args, { cwd: directory, stdio: "pipe" });
}

function makeAuthority(directory: string): void {
  mkdirSync(join(directory, "ca"));
  const key = ["-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key"];
  const subject = ["-subj", "/CN=tspod test authority", "-days", "2"];
  openssl(directory, ["req", "-x509", ...key, ...subject, "-out", "ca/ca.crt"]);
}

function signCertificate(directory: string, name: string, subject: string): void {
  const request = ["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${subject}`];
  openssl(directory, ["req", "-newkey", "rsa:2048", "-nodes", ...request]);
  writeFileSync(join(directory, "san"), "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:registry.invalid\n");
  const authority = ["-CA", "ca/ca.crt", "-CAkey", "ca.key", "-CAcreateserial"];
  const files = ["-in", `${name}.csr`, "-out", `${name}.crt`, "-extfile", "san", "-days", "2"];
  openssl(directory, ["x509", "-req", ...authority, ...files]);
}

/** Any answer counts, be it that it wants TLS. */
async function isListening(address: string): Promise<boolean> {
  const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
  return answer !== undefined;
}
