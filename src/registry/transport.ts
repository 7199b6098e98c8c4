import type { Readable } from "node:stream";
import { createSecureContext, type SecureContext } from "node:tls";
import type { Dispatcher } from "undici";
import request from "undici/lib/api/api-request.js";
import Agent from "undici/lib/dispatcher/agent.js";
import redirect from "undici/lib/interceptor/redirect.js";
import type { Env } from "../os/env.ts";
import type { Certificates } from "./configuration/certificates.ts";
import { connectionError } from "./connection-error.ts";
import { RegistryError } from "./registry-error.ts";

/** An answer; its body must be read or destroyed. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
  /** The request that it answers. */
  readonly asked: {
    readonly method: HttpMethod;
    readonly url: string;
    readonly signal?: AbortSignal | undefined;
  };
}

export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface HttpRequest {
  readonly method?: HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream comes with its length in the headers, and is destroyed where it is not read to its end. */
  readonly body?: string | Uint8Array | Readable;
  readonly signal?: AbortSignal | undefined;
  /** Stands in an error in place of method and URL. */
  readonly shownUrl?: string;
}

/** HTTP to one registry and to where it redirects. */
export interface Transport extends AsyncDisposable {
  /**
   * Redirects are followed; another origin gets neither credentials nor the client certificate.
   * @throws {RegistryError} If there is no answer.
   */
  send(url: string, request?: HttpRequest): Promise<HttpResponse>;
}

export interface TransportOptions {
  /** `host[:port]` that the client certificate is for. */
  readonly host: string;
  readonly certificates: Certificates;
  /** Take any certificate, and let a redirect lead to plain HTTP. */
  readonly insecure: boolean;
  /** The environment, of which the variables for proxies are used. */
  readonly env: Env;
}

const CONNECT_TIMEOUT_MS = 15_000;
/** Longest silence before and during an answer; a blob then goes on with a new request. */
const SILENCE_TIMEOUT_MS = 60_000;
/** A registry answers to an upload only when it has hashed the content and moved it to its own storage. */
const UPLOAD_ANSWER_TIMEOUT_MS = 300_000;
const REDIRECTS = 8;
/** Bytes that are read ahead of the consumer. */
const READ_AHEAD = 1024 * 1024;
/** The rule of Go, and so of Podman: what is on this machine is never asked for by a proxy. */
const NEVER_PROXIED = "localhost,127.0.0.1,::1";

/** Open connections are kept until the transport is disposed of. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { ca, client } = options.certificates;
  // Where any certificate will do no authority is asked: to read the system's takes 20 ms.
  const authorities = options.insecure ? [] : ca;
  // Made once: reading all authorities anew takes each connection 6 ms.
  const context = (own: Certificates["client"]): Tls => ({
    secureContext: createSecureContext({
      ...(authorities !== undefined && { ca: [...authorities] }),
      ...own,
    }),
    rejectUnauthorized: !options.insecure,
  });
  const others = await dispatchers(context(undefined), options.env);
  const own = client === undefined ? others : await dispatchers(context(client), options.env);
  const dispatcher = others.direct.compose(
    () => (opts, handler) => {
      const url = new URL(String(opts.origin));
      if (url.protocol === "http:" && !options.insecure) {
        handler.onResponseError?.(
          undefined as never,
          new RegistryError("redirected from https to plain http"),
        );
        return false;
      }
      return (url.host === options.host ? own : others).choose(url).dispatch(opts, handler);
    },
    redirect({ maxRedirections: REDIRECTS, throwOnMaxRedirect: true }),
  );
  return {
    send: (url, asked = {}) => send(dispatcher, url, asked),
    async [Symbol.asyncDispose]() {
      // destroy(), since close() would wait for the rest of a body that is not read
      for (const each of new Set([...own.all, ...others.all])) await each.destroy();
    },
  };
}

interface Tls {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
}

interface Dispatchers {
  readonly direct: Dispatcher;
  readonly all: readonly Dispatcher[];
  choose(url: URL): Dispatcher;
}

async function dispatchers(tls: Tls, env: Env): Promise<Dispatchers> {
  const common = {
    // A stream of its own for each layer is faster than HTTP/2's small shared window.
    allowH2: false,
    headersTimeout: SILENCE_TIMEOUT_MS,
    bodyTimeout: SILENCE_TIMEOUT_MS,
    connect: { ...tls, timeout: CONNECT_TIMEOUT_MS },
  };
  const direct = new Agent(common);
  const httpProxy = env.http_proxy || env.HTTP_PROXY || "";
  const httpsProxy = env.https_proxy || env.HTTPS_PROXY || "";
  if (httpProxy === "" && httpsProxy === "") return { direct, all: [direct], choose: () => direct };
  const { openProxies } = await import("./configuration/proxy.ts");
  const proxied = openProxies({
    ...common,
    httpProxy,
    httpsProxy,
    noProxy: [env.no_proxy || env.NO_PROXY || "", NEVER_PROXIED].join(","),
    requestTls: tls,
  });
  return {
    direct,
    all: [direct, proxied],
    // undici would send https through HTTP_PROXY where HTTPS_PROXY is not set; Go and curl don't.
    choose: ({ protocol }) => (protocol === "https:" && httpsProxy === "" ? direct : proxied),
  };
}

async function send(dispatcher: Dispatcher, url: string, asked: HttpRequest): Promise<HttpResponse> {
  const { origin, pathname, search } = new URL(url);
  const { method = "GET", headers = {}, body, signal } = asked;
  try {
    const response = await request.call(dispatcher, {
      origin,
      path: pathname + search,
      method,
      // What is hashed is what was stored: a server or a proxy is not to compress it on its way.
      headers: { "user-agent": "tspod", "accept-encoding": "identity", ...headers },
      highWaterMark: READ_AHEAD,
      // undici would hang up after each HEAD, for servers that send a body all the same.
      ...(method === "HEAD" && { reset: false }),
      ...(body !== undefined && { body, headersTimeout: UPLOAD_ANSWER_TIMEOUT_MS }),
      ...(signal !== undefined && { signal }),
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      body: await decoded(response, method),
      asked: { method, url: origin + pathname, signal },
    };
  } catch (error) {
    signal?.throwIfAborted();
    throw connectionError(
      error,
      asked.shownUrl === undefined
        ? { method, url: origin + pathname }
        : { method: "GET", url: asked.shownUrl },
    );
  }
}

/**
 * The body without the coding that a server has given it all the same. A part of a coded body can't be
 * decoded: it is given as it is, and its digest decides.
 * @see RFC 9110, sections 8.4 and 12.5.3
 */
async function decoded(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  method: HttpMethod,
): Promise<Readable> {
  const coding = [headers["content-encoding"] ?? ""].flat().join(",").trim().toLowerCase();
  if (coding === "" || coding === "identity" || method === "HEAD" || statusCode === 206) return body;
  const { decodeBody } = await import("./decode-body.ts");
  return decodeBody(body, coding);
}
