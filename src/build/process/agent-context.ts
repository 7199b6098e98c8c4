import type { Workshop } from "../run/workshop.ts";

/** Where an agent's socket is made, and what ends it. */
export interface AgentContext {
  readonly workshop: Workshop;
  readonly undo: AsyncDisposableStack;
}
