import * as z from "zod/mini";
import { parseJsonBody } from "../parse-json.ts";
import { readLimited } from "../read-limited.ts";
import { RegistryError } from "../registry-error.ts";
import { responseError } from "../response-error.ts";
import type { HttpResponse, Transport } from "../transport.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { basicAuthorization, type Credentials } from "./credentials.ts";

/**
 * Our identity for one registry: answers its challenges, and remembers the token that it gave for each scope.
 */
export interface Authorizer {
  /** The Authorization header to send with a request; undefined: none yet. */
  header(scope: string): Promise<string | undefined>;
  /**
   * Answer a 401.
   * @param sent the header that was refused
   * @returns whether another try with header() makes sense
   */
  challenged(response: HttpResponse, sent: string | undefined): boolean;
}

export interface AuthorizerOptions {
  readonly transport: Transport;
  readonly credentials: Credentials | undefined;
  /** The registry itself is asked by plain HTTP: then its token server may be, too. */
  readonly plainHttp: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const tokenSchema = z.object({
  token: z.nullish(z.string()),
  access_token: z.nullish(z.string()),
  expires_in: z.nullish(z.number()),
});

interface Token {
  readonly header: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

const TOKEN_LIMIT = 1024 * 1024;
/** The life of a token on which a client may rely where a server says less. */
const SHORTEST_LIFE_S = 60;
/** A token is not used in its last seconds: it would run out on its way. */
const MARGIN_MS = 5_000;

/** @see https://distribution.github.io/distribution/spec/auth/token/ */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const tokens = new Map<string, Promise<Token>>();
  let challenge: Challenge | undefined;

  async function token(bearer: Challenge, scope: string): Promise<string> {
    const known = tokens.get(scope);
    const kept = known === undefined ? undefined : await known;
    if (kept !== undefined && kept.expires - MARGIN_MS > options.now()) return kept.header;
    // Several layers find the token expired at once: one asks, all wait for it.
    const latest = tokens.get(scope);
    const fetched = latest === known || latest === undefined ? fetchToken(bearer, scope, options) : latest;
    tokens.set(scope, fetched);
    fetched.catch(() => tokens.delete(scope));
    return (await fetched).header;
  }

  return {
    async header(scope) {
      if (challenge === undefined) return undefined;
      if (challenge.scheme === "bearer") return token(challenge, scope);
      const { credentials } = options;
      return credentials?.kind === "password" ? basicAuthorization(credentials) : undefined;
    },
    challenged(response, sent) {
      const wanted = chooseChallenge(response);
      if (wanted === undefined) return false;
      challenge = wanted;
      // A password that was refused stays refused; a token may have run out.
      if (wanted.scheme === "basic") return sent === undefined && options.credentials?.kind === "password";
      for (const [scope, kept] of tokens)
        kept.then(
          ({ header }) => header === sent && tokens.delete(scope),
          () => {},
        );
      return true;
    },
  };
}

function chooseChallenge({ headers }: HttpResponse): Challenge | undefined {
  const challenges = parseChallenges([headers["www-authenticate"] ?? []].flat());
  return (
    challenges.find(({ scheme }) => scheme === "bearer") ??
    challenges.find(({ scheme }) => scheme === "basic")
  );
}

async function fetchToken(bearer: Challenge, scope: string, options: AuthorizerOptions): Promise<Token> {
  const realm = parseRealm(bearer.parameters.realm ?? "", options);
  const asked = options.now();
  const response = await requestToken(realm, { service: bearer.parameters.service ?? "", scope }, options);
  if (response.status !== 200) throw await tokenError(response, options);
  const answer = z.safeParse(tokenSchema, parseJsonBody(await readLimited(response, TOKEN_LIMIT)));
  const text = answer.data?.token || answer.data?.access_token;
  if (!text || /[^\x21-\x7e]/.test(text)) {
    throw new RegistryError(`unable to retrieve auth token: "${realm.origin}" gave no valid token`);
  }
  const life = Math.max(answer.data?.expires_in ?? 0, SHORTEST_LIFE_S);
  return { header: `Bearer ${text}`, expires: asked + life * 1000 };
}

function requestToken(
  realm: URL,
  { service, scope }: { service: string; scope: string },
  { transport, credentials }: AuthorizerOptions,
): Promise<HttpResponse> {
  if (credentials?.kind === "identity-token") {
    const form = {
      grant_type: "refresh_token",
      refresh_token: credentials.token,
      service,
      scope,
      client_id: "tspod",
    };
    return transport.send(realm.href, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString(),
    });
  }
  if (credentials !== undefined) realm.searchParams.set("account", credentials.username);
  if (service !== "") realm.searchParams.set("service", service);
  for (const one of scope.split(" ").filter(Boolean)) realm.searchParams.append("scope", one);
  return transport.send(realm.href, {
    headers: credentials === undefined ? {} : { authorization: basicAuthorization(credentials) },
  });
}

/** A password must not travel in the clear because a registry says so. */
function parseRealm(text: string, { credentials, plainHttp }: AuthorizerOptions): URL {
  const realm = URL.parse(text);
  if (realm === null || !/^https?:$/.test(realm.protocol) || realm.username !== "" || realm.password !== "") {
    throw new RegistryError("unable to retrieve auth token: the registry names no valid token server");
  }
  if (realm.protocol === "http:" && !plainHttp && credentials !== undefined) {
    throw new RegistryError(
      `unable to retrieve auth token: credentials are not sent to "${realm.origin}" in the clear`,
    );
  }
  return realm;
}

async function tokenError(
  response: HttpResponse,
  { credentials, now }: AuthorizerOptions,
): Promise<RegistryError> {
  const cause = await responseError(response, now());
  const refused = response.status === 401 || response.status === 403;
  const what = refused && credentials !== undefined ? ": invalid username/password" : "";
  return new RegistryError(`unable to retrieve auth token${what}`, { ...cause.failure, cause });
}
