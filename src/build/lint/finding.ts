import type { LineRange } from "../parse/dockerfile-error.ts";

/** What a check has found. Names are those of Docker's checks. */
export interface Finding {
  readonly check: string;
  readonly message: string;
  readonly lines: LineRange;
}
