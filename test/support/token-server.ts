import { createPrivateKey, randomUUID, sign, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** What users may do: by name, the actions on every repository. */
const RIGHTS: Readonly<Record<string, { password: string; actions: readonly string[] }>> = {
  user: { password: "right", actions: ["pull", "push"] },
  reader: { password: "right", actions: ["pull"] },
};

/** A token server for docker-registry: it signs what users may do. Without a user, nothing. */
export interface TokenServer {
  /** URL for the registry's configuration. */
  readonly realm: string;
  /** Scopes of each request, and who asked: "user repository:a:pull,push". */
  readonly asked: string[];
  close(): Promise<void>;
}

/** @param directory with NAME.key and NAME.crt, of an authority that the registry trusts */
export async function startTokenServer(directory: string, name: string): Promise<TokenServer> {
  const key = createPrivateKey(readFileSync(join(directory, `${name}.key`)));
  const certificate = new X509Certificate(readFileSync(join(directory, `${name}.crt`)));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://none");
    const [, encoded = ""] = /^Basic (.*)$/.exec(request.headers.authorization ?? "") ?? [];
    const [who = "", password] = Buffer.from(encoded, "base64").toString().split(":");
    const rights = RIGHTS[who];
    if (encoded !== "" && rights?.password !== password) return void response.writeHead(401).end();
    const scopes = searchParams.getAll("scope");
    asked.push(`${who || "-"} ${scopes.join(" ")}`);
    const access = scopes.map((scope) => {
      const [type, repository, actions = ""] = scope.split(":");
      const granted = actions.split(",").filter((action) => rights?.actions.includes(action));
      return { type, name: repository, actions: granted };
    });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ token: token(access), expires_in: 60 }));
  });
  const token = (access: object): string => {
    const now = Math.floor(Date.now() / 1000);
    const header = { typ: "JWT", alg: "RS256", x5c: [certificate.raw.toString("base64")] };
    const claims = {
      iss: "test-issuer",
      sub: "user",
      aud: "test-registry",
      exp: now + 300,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access,
    };
    const text = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
  };
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
