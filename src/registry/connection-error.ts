import { TspodError } from "../errors.ts";
import { RegistryError } from "./registry-error.ts";

/** Failures of a connection that a second try may not meet. */
const TRANSIENT = new Set([
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENETDOWN",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "UND_ERR_ABORTED",
  "HPE_INVALID_EOF_STATE",
  // The answer to a HEAD request had a body, and Node takes that for the next answer.
  "HPE_INVALID_CONSTANT",
]);

/** Nobody is there, for now or for good. */
const UNREACHABLE = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN"]);

/** Codes of TLS libraries that mean "the other side speaks plain HTTP". */
const NOT_TLS = new Set(["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "EPROTO"]);

/**
 * A network failure as Podman words it, in one line that says where.
 * @param request.url without its query, which may carry a signature
 */
export function connectionError(error: unknown, { method, url }: { method: string; url: string }): Error {
  if (error instanceof TspodError) return error;
  const cause = innermost(error);
  const prefix = `${method.slice(0, 1)}${method.slice(1).toLowerCase()} "${url}"`;
  const { code } = cause;
  const failure = { transient: TRANSIENT.has(code), unreachable: UNREACHABLE.has(code), code };
  return new RegistryError(`${prefix}: ${describe(cause, url)}`, failure);
}

/** Go's words, where those of Node say how to start Node. */
const CERTIFICATE_WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "certificate has expired or is not yet valid",
  CERT_NOT_YET_VALID: "certificate has expired or is not yet valid",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate signed by unknown authority",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate signed by unknown authority",
  UNABLE_TO_GET_ISSUER_CERT: "certificate signed by unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate signed by unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate signed by unknown authority",
};

/** Whether a TLS handshake failed because the server speaks plain HTTP, or none at all. */
export function speaksPlainHttp(error: unknown): boolean {
  return error instanceof RegistryError && NOT_TLS.has(error.failure.code ?? "");
}

/** What the user can do about a connection that failed. */
export function connectionAdvice(error: RegistryError, registry: string): string | undefined {
  const { code = "" } = error.failure;
  if (NOT_TLS.has(code))
    return `for a registry without TLS use --tls-verify=false, or insecure = true in registries.conf`;
  if (isCertificateProblem(code))
    return `put its authority into certs.d/${registry}/ca.crt, or use --tls-verify=false`;
  if (code === "ECONNREFUSED") return "is the registry running, and is this its address?";
  return code === "ENOTFOUND" ? "is the name right, and is there a network?" : undefined;
}

function isCertificateProblem(code: string): boolean {
  return code.startsWith("ERR_TLS_CERT") || /CERT_|_CERT|ISSUER|SELF_SIGNED|VERIFY/.test(code);
}

interface NetworkFailure {
  readonly code: string;
  readonly message: string;
  readonly address: string | undefined;
}

/** undici wraps what the socket said; a host with several addresses gives an AggregateError. */
function innermost(error: unknown): NetworkFailure {
  let inner = error;
  for (;;) {
    if (inner instanceof AggregateError && inner.errors.length > 0) inner = inner.errors[0];
    else if (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
    else break;
  }
  const { code, message, address, port } = inner as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  return { code: code ?? "", message: message ?? String(inner), address: address && `${address}:${port}` };
}

function describe({ code, message, address }: NetworkFailure, url: string): string {
  const hostname = URL.parse(url)?.hostname ?? "";
  const dial = `dial tcp${address === undefined ? "" : ` ${address}`}`;
  if (NOT_TLS.has(code)) return "http: server gave HTTP response to HTTPS client";
  switch (code) {
    case "ECONNREFUSED":
      return `${dial}: connect: connection refused`;
    case "EHOSTUNREACH":
      return `${dial}: connect: no route to host`;
    case "ENETUNREACH":
      return `${dial}: connect: network is unreachable`;
    case "ENOTFOUND":
      return `${dial}: lookup ${hostname}: no such host`;
    case "EAI_AGAIN":
      return `${dial}: lookup ${hostname}: temporary failure in name resolution`;
    case "UND_ERR_CONNECT_TIMEOUT":
    case "ETIMEDOUT":
      return `${dial}: i/o timeout`;
    case "UND_ERR_HEADERS_TIMEOUT":
    case "UND_ERR_BODY_TIMEOUT":
      return "timeout awaiting an answer";
    case "UND_ERR_SOCKET":
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_RES_CONTENT_LENGTH_MISMATCH":
      return "unexpected EOF";
    case "UND_ERR_REDIRECT_MAX":
    case "UND_ERR_INVALID_ARG":
      return "redirected in a loop, or to what is no URL";
    default:
      return isCertificateProblem(code)
        ? `x509: ${CERTIFICATE_WORDS[code] ?? message}`
        : oneLine(message) || code || "connection failed";
  }
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ", ").slice(0, 300);
}
