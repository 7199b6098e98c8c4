import { addUsage, ownUsage, type ProcessUsage } from "../process/process-usage.ts";

/** What one step has taken. Of stages that are built side by side each has what all of tspod has taken. */
export interface StepUsage extends ProcessUsage {
  readonly elapsedMilliseconds: number;
}

export interface UsageMeter {
  /** Another step begins. */
  begin(): void;
  /** The step's processes have taken this, too. */
  add(used: ProcessUsage): void;
  /** Since begin(). */
  read(): StepUsage;
}

/** A step has begun. */
export function usageMeter(): UsageMeter {
  let began = performance.now();
  let before = ownUsage();
  return {
    begin() {
      began = performance.now();
      before = ownUsage();
    },
    add(used) {
      before = addUsage(before, used, -1);
    },
    read() {
      const elapsedMilliseconds = performance.now() - began;
      return { ...addUsage(ownUsage(), before, -1), elapsedMilliseconds };
    },
  };
}
