import type { Maybe } from "./metadata.ts";

/** A seccomp or AppArmor profile. */
export interface SeccompProfile {
  readonly type: "RuntimeDefault" | "Unconfined" | "Localhost" | "";
  readonly localhostProfile?: Maybe<string>;
}
