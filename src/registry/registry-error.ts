import { TspodError } from "../errors.ts";

/** Why an answer of a registry was not what was asked for. */
export interface RegistryFailure {
  /** HTTP status; undefined where there was no answer. */
  readonly status?: number;
  /** The registry's own code in lower case with blanks: "manifest unknown". */
  readonly code?: string;
  /** The same request may succeed later. */
  readonly transient?: boolean;
  /** Nobody answers at all at that address: it may be about to start. */
  readonly unreachable?: boolean;
  /** What the server asks to wait before that, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A registry, token server or proxy failed or refused. Its message names no credentials. */
export class RegistryError extends TspodError {
  override name = "RegistryError";
  readonly failure: RegistryFailure;
  constructor(message: string, failure: RegistryFailure = {}) {
    super(message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.failure = failure;
  }
}

/** Nobody answered at the registry's address: the failure is not about what was asked for there. */
export class UnreachedError extends RegistryError {}
