import type { Readable } from "node:stream";
import { createAuthorizer } from "./auth/authorization.ts";
import type { Credentials } from "./auth/credentials.ts";
import { findCredentials } from "./auth/find-credentials.ts";
import { loadCertificates } from "./configuration/certificates.ts";
import type { Endpoint } from "./configuration/endpoints.ts";
import type { RegistriesConf } from "./configuration/registries-conf.ts";
import { connectionAdvice, speaksPlainHttp } from "./connection-error.ts";
import { drain } from "./read-limited.ts";
import { RegistryError, UnreachedError } from "./registry-error.ts";
import type { RegistryOptions } from "./registry-options.ts";
import { responseError } from "./response-error.ts";
import { type RetryRules, withRetries } from "./retry.ts";
import { type HttpMethod, type HttpResponse, openTransport, type Transport } from "./transport.ts";

/** One repository in one registry. Dispose of it to close its connections. */
export interface RegistryClient extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** `https://host[:port]` */
  readonly origin: string;
  /** Rules that callers should keep to when they try again: the client itself never does. */
  readonly retry: RetryRules;
  /**
   * GET (or what the request says) `/v2/<repository>/<path>` with what authorises it.
   * @returns a 2xx answer, whose body must be read or destroyed
   * @throws {RegistryError} If the registry refuses or fails, or can't be reached.
   */
  get(path: string, request?: RegistryRequest): Promise<HttpResponse>;
  /**
   * Sends a request for a path of the registry, `/v2/`, or for a whole URL that it has given. Only its own
   * origin gets credentials.
   * @throws {RegistryError} If the registry refuses or fails, or can't be reached.
   */
  send(target: string | URL, request?: RegistryRequest): Promise<HttpResponse>;
  /** GET a whole URL that a manifest names, without any credentials. */
  getForeign(url: string, request?: RegistryRequest): Promise<HttpResponse>;
}

export interface RegistryRequest {
  readonly method?: HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes the body, once for each try. */
  readonly body?: () => string | Uint8Array | Readable;
  /**
   * What a token has to allow: scopes of the token specification, separated by blanks. Default: the
   * repository.
   */
  readonly scope?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Surroundings of a client. */
export interface ClientOptions extends RegistryOptions {
  readonly conf: RegistriesConf;
  /** The access to the repository that is needed. Default "pull". */
  readonly access?: "pull" | "push";
  readonly signal?: AbortSignal | undefined;
  /** Told why something is tried again, one line. */
  readonly note?: ((line: string) => void) | undefined;
}

/** The host behind the name docker.io. */
const DOCKER_HUB_HOST = "registry-1.docker.io";
/** First the one that says how to authorise; then one for a token that ran out on its way. */
const MOST_CHALLENGES = 2;

/**
 * Prepare to talk to an endpoint: certificates and credentials are read; nothing is sent, but to an insecure
 * registry, which is asked whether it speaks TLS.
 * @throws {TspodError} If an auth file, helper or certificate can't be used, or an insecure registry not
 * reached.
 */
export async function openRegistry(endpoint: Endpoint, options: ClientOptions): Promise<RegistryClient> {
  const { registry, insecure, mirror } = endpoint;
  const { signal, note } = options;
  // A mirror that is down is passed over instead.
  const retry = { ...options.retry, ...(mirror && { unreachable: false }) };
  const host = registry === "docker.io" ? DOCKER_HUB_HOST : registry;
  const credentials = await credentialsFor(endpoint, options);
  const certificates = loadCertificates(registry, {
    env: options.env,
    certDirectory: options.certDirectory,
    system: options.systemConfiguration,
  });
  await using undo = new AsyncDisposableStack();
  const transport = undo.use(await openTransport({ host, certificates, insecure, env: options.env }));
  const ping = () => detectOrigin(transport, host, signal);
  const origin = insecure ? await withRetries(ping, { signal, note, rules: retry }) : `https://${host}`;
  const client = createClient({ endpoint, transport, origin, credentials, access: options.access ?? "pull" });
  const owned = undo.move();
  return { ...client, endpoint, origin, retry, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** --creds are for the registry that the user names, not for another party's mirrors. */
async function credentialsFor(endpoint: Endpoint, options: ClientOptions): Promise<Credentials | undefined> {
  if (options.credentials !== undefined && !endpoint.mirror)
    return { kind: "password", ...options.credentials };
  return findCredentials(endpoint.registry, endpoint.repository, options);
}

/** TLS where the registry has it, otherwise plain HTTP: as Podman does for insecure registries only. */
async function detectOrigin(
  transport: Transport,
  host: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const failures: unknown[] = [];
  for (const origin of [`https://${host}`, `http://${host}`]) {
    try {
      await drain(await transport.send(`${origin}/v2/`, { signal }));
      return origin;
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(error);
    }
  }
  throw pingError(
    host,
    failures.find((failure) => !speaksPlainHttp(failure)),
  );
}

interface ClientParts {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  /** `https://host[:port]` */
  readonly origin: string;
  readonly credentials: Credentials | undefined;
  readonly access: "pull" | "push";
}

function createClient(parts: ClientParts): Pick<RegistryClient, "get" | "send" | "getForeign"> {
  const { endpoint, transport, origin, credentials, access } = parts;
  const { registry, repository } = endpoint;
  const authorizer = createAuthorizer({
    transport,
    credentials,
    plainHttp: origin.startsWith("http:"),
    now: Date.now,
  });
  const ownScope = repositoryScope(repository, access);
  let reached = false;

  /**
   * @throws {RegistryError} If there is no answer: before the first one it is about the registry as a whole.
   */
  async function ask(url: URL, asked: RegistryRequest, authorization?: string): Promise<HttpResponse> {
    const { method = "GET", headers = {}, body, signal } = asked;
    try {
      const response = await transport.send(url.href, {
        method,
        headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        ...(body !== undefined && { body: body() }),
        ...(!reached && { shownUrl: `${origin}/v2/` }),
        signal,
      });
      reached = true;
      return response;
    } catch (error) {
      signal?.throwIfAborted();
      throw reached ? error : pingError(registry, error);
    }
  }

  async function send(target: string | URL, request: RegistryRequest = {}): Promise<HttpResponse> {
    const url = new URL(target, origin);
    const own = url.origin === new URL(origin).origin;
    for (let challenges = 0; ; challenges++) {
      const authorization = own ? await authorizer.header(request.scope ?? ownScope) : undefined;
      const response = await ask(url, request, authorization);
      if (response.status >= 200 && response.status < 300) return response;
      const again =
        own &&
        response.status === 401 &&
        challenges < MOST_CHALLENGES &&
        authorizer.challenged(response, authorization);
      if (!again) throw await refusal(response, endpoint, credentials);
      await drain(response);
    }
  }

  return {
    send,
    get: (path, request) => send(`/v2/${repository}/${path}`, request),
    async getForeign(url, request = {}) {
      const { method, headers, signal } = request;
      const response = await transport.send(url, {
        ...(method !== undefined && { method }),
        ...(headers !== undefined && { headers }),
        signal,
      });
      if (response.status >= 200 && response.status < 300) return response;
      throw await responseError(response, Date.now());
    },
  };
}

/**
 * What a token for a repository has to allow. @see
 * https://distribution.github.io/distribution/spec/auth/scope/
 */
export function repositoryScope(repository: string, access: "pull" | "push"): string {
  return `repository:${repository}:${access === "push" ? "pull,push" : "pull"}`;
}

function pingError(registry: string, cause: unknown): unknown {
  if (!(cause instanceof RegistryError) || cause.failure.status !== undefined) return cause;
  const advice = connectionAdvice(cause, registry);
  return new UnreachedError(
    `pinging container registry ${registry}: ${cause.message}${advice === undefined ? "" : ` (${advice})`}`,
    cause.failure,
  );
}

async function refusal(
  response: HttpResponse,
  { registry }: Endpoint,
  credentials: Credentials | undefined,
): Promise<RegistryError> {
  const error = await responseError(response, Date.now());
  if (response.status !== 401 && response.status !== 403) return error;
  const advice =
    credentials === undefined
      ? `log in with "tspod login ${registry}", or give --creds or --authfile`
      : `the credentials for ${registry} are wrong or give no access: see "tspod login ${registry}", --creds and --authfile`;
  return new RegistryError(`${error.message} (${advice})`, error.failure);
}
