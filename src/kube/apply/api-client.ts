import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { TspodError } from "../../errors.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";
import type { Cluster } from "./kubeconfig.ts";

/** Bytes of an answer. An object has at most some MiB. */
const ANSWER_MAX = 16 * 1024 * 1024;
/** What a server that does not answer is waited for. */
const TIMEOUT_MS = 30_000;

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

export interface ApiRequest {
  readonly method: "GET" | "PATCH";
  /** Behind the server's address, with its query. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly signal: AbortSignal;
}

/**
 * One request to a cluster's API server.
 * @throws {TspodError} If there is no whole answer.
 */
export function callApi(cluster: Cluster, asked: ApiRequest): Promise<ApiAnswer> {
  const { server, authority, certificate, serverName, skipVerification, token } = cluster;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(asked.signal.aborted ? error : new TspodError(`${server} does not answer: ${reasonOf(error)}`));
    const call = request(
      `${server}${asked.path}`,
      {
        method: asked.method,
        headers: {
          accept: "application/json",
          ...(asked.contentType !== undefined && { "content-type": asked.contentType }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        agent: false,
        signal: asked.signal,
        timeout: TIMEOUT_MS,
        rejectUnauthorized: !skipVerification,
        ...(authority !== undefined && { ca: authority }),
        ...(serverName !== undefined && { servername: serverName }),
        ...(certificate !== undefined && { cert: certificate.certificate, key: certificate.key }),
      },
      (answer) => {
        textOf(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), fail);
      },
    );
    call.on("timeout", () => call.destroy(new Error(`no answer for ${TIMEOUT_MS / 1000} seconds`)));
    call.on("error", fail);
    call.end(asked.body);
  });
}

/** Of TLS Node's own words; of a connection the system's. */
function reasonOf(error: Error): string {
  return isSystemError(error) ? systemErrorReason(error) : error.message;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > ANSWER_MAX) throw new Error(`the answer has more than ${ANSWER_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
