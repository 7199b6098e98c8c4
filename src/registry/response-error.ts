import * as z from "zod/mini";
import { ownValue } from "../oci/shape.ts";
import { rateLimitText } from "./rate-limit.ts";
import { readLimited } from "./read-limited.ts";
import { RegistryError } from "./registry-error.ts";
import type { HttpResponse } from "./transport.ts";

const errorsSchema = z.object({
  errors: z
    .array(
      z.object({
        code: z.nullish(z.string()),
        message: z.nullish(z.string()),
        detail: z.optional(z.unknown()),
      }),
    )
    .check(z.minLength(1)),
});

/** Error pages beyond this are not worth reading. */
const ERROR_PAGE_LIMIT = 64 * 1024;
const MESSAGE_LIMIT = 300;

/**
 * The error for a registry's refusal, in Podman's words: `manifest unknown`. Reads the body.
 * @param now milliseconds since the epoch, for a Retry-After that is a date
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export async function responseError(response: HttpResponse, now: number): Promise<RegistryError> {
  const { status, headers } = response;
  const page = await readLimited(response, ERROR_PAGE_LIMIT).catch(() => undefined);
  const retryAfterMs = parseRetryAfter(single(headers["retry-after"]), now);
  const [first] = parseErrors(page);
  const code = typeof first?.code === "string" ? codeWords(first.code) : undefined;
  const message = first === undefined ? plainMessage(status) : inWords(first);
  const limit = status === 429 ? rateLimitText(headers, { retryAfterMs, now }) : undefined;
  return new RegistryError(limit === undefined ? message : `${message} (${limit})`, {
    status,
    transient: status === 429 || status === 408 || (status >= 500 && status !== 501),
    ...(code !== undefined && { code }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** The code and the message; the message alone where it is the specification's own for that code. */
function inWords({ code, message }: StatedError): string {
  const [words, text] = [codeWords(code ?? ""), printable(message ?? "")];
  const usual = ownValue(USUAL_MESSAGES, code ?? "");
  return usual !== undefined && (text === usual || text === "") ? usual : `${words}: ${text}`;
}

/** What registries say for a code unless they have more to say, and what Podman says then. */
const USUAL_MESSAGES: Readonly<Record<string, string>> = {
  BLOB_UNKNOWN: "blob unknown to registry",
  BLOB_UPLOAD_INVALID: "blob upload invalid",
  BLOB_UPLOAD_UNKNOWN: "blob upload unknown to registry",
  DENIED: "requested access to the resource is denied",
  DIGEST_INVALID: "provided digest did not match uploaded content",
  MANIFEST_BLOB_UNKNOWN: "blob unknown to registry",
  MANIFEST_INVALID: "manifest invalid",
  MANIFEST_UNKNOWN: "manifest unknown",
  MANIFEST_UNVERIFIED: "manifest failed signature verification",
  NAME_INVALID: "invalid repository name",
  NAME_UNKNOWN: "repository name not known to registry",
  SIZE_INVALID: "provided length did not match content length",
  TAG_INVALID: "manifest tag did not match URI",
  TOOMANYREQUESTS: "too many requests",
  UNAUTHORIZED: "authentication required",
  UNAVAILABLE: "service unavailable",
  UNKNOWN: "unknown error",
  UNSUPPORTED: "The operation is unsupported.",
};

function codeWords(code: string): string {
  return printable(code).toLowerCase().replaceAll("_", " ");
}

/** Retry-After: seconds or a date. @returns milliseconds to wait */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function plainMessage(status: number): string {
  if (status === 429) return "toomanyrequests: too many requests to registry";
  if (status === 401) return "authentication required";
  if (status === 403) return "requested access to the resource is denied";
  if (status === 404) return "not found: the server answers 404, is it a container registry?";
  return `received unexpected HTTP status ${status}`;
}

type StatedError = z.infer<typeof errorsSchema>["errors"][number];

function parseErrors(page: Buffer | undefined): StatedError[] {
  try {
    const answer = z.safeParse(errorsSchema, JSON.parse(page?.toString("utf8") ?? ""));
    return answer.success && typeof answer.data.errors[0]?.code === "string" ? answer.data.errors : [];
  } catch {
    return []; // HTML of a proxy, or nothing: the status has to do
  }
}

/** A server's words go to a terminal: no control characters, and not without end. */
function printable(text = ""): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").slice(0, MESSAGE_LIMIT);
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}
