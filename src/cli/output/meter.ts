import {
  formatBar,
  startTransfer,
  type Transfer,
  type TransferCounter,
} from "../../options/format-transfer.ts";
import { winsize } from "../../os/descriptor.ts";
import type { Call } from "../define-command.ts";

/** What is over sooner shows nothing. */
const PATIENCE_MS = 500;
const REDRAW_MS = 100;
const CLEAR_LINE = "\r\u001b[K";

/** A line on the terminal that says how far bytes are; disposed, it is gone. */
export interface Meter extends TransferCounter, Disposable {}

/**
 * Shows on standard error what takes longer than half a second: on a terminal only, and not for --quiet. It
 * draws when bytes come, without a timer: what copies files may not come back to the event loop for long.
 * @returns undefined where nothing is to be shown
 */
export function openMeter(
  { terminal, writeError }: Pick<Call, "terminal" | "writeError">,
  {
    quiet = false,
    clock = () => performance.now(),
  }: { readonly quiet?: boolean; readonly clock?: () => number } = {},
): Meter | undefined {
  if (quiet || !terminal.stderr) return undefined;
  let drawAt = clock() + PATIENCE_MS;
  let shown = false;
  let what = "";
  let transfer: Transfer = startTransfer(clock);
  return {
    begin(name, total = 0) {
      what = name;
      transfer = startTransfer(clock);
      transfer.expect(total);
    },
    advance(bytes) {
      transfer.advance(bytes);
      if (clock() < drawAt) return;
      drawAt = clock() + REDRAW_MS;
      shown = true;
      writeError(Buffer.from(`${CLEAR_LINE}${lineOf(what, transfer)}`));
    },
    [Symbol.dispose]() {
      if (shown) writeError(Buffer.from(CLEAR_LINE));
      shown = false;
    },
  };
}

/** A line that the terminal does not wrap: a wrapped one could not be taken away. */
function lineOf(what: string, transfer: Transfer): string {
  const share = transfer.share();
  const bar = share === undefined ? "" : ` [${formatBar(share)}]`;
  return `${what}${bar} ${transfer.text()}`.slice(0, (winsize(2)?.columns ?? 80) - 1);
}
