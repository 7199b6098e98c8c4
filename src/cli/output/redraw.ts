import type { Call } from "../define-command.ts";

const CLEAR_SCREEN = "\u001b[H\u001b[2J";
const [HOME, CLEAR_LINE, CLEAR_BELOW] = ["\u001b[H", "\u001b[K", "\u001b[J"];

/**
 * What a command prints again and again in the same place. On a terminal each look is written over the last
 * one, line by line, so that nothing flickers; elsewhere the screen is cleared, as Podman does it.
 */
export function openRedraw<C extends Pick<Call, "print" | "write" | "terminal">>(
  call: C,
): { readonly call: C; begin(): void; end(): void } {
  if (!call.terminal.stdout) return { call, begin: () => call.write(CLEAR_SCREEN), end: () => undefined };
  let first = true;
  const overwriting = (text: string): string => text.replaceAll("\n", `${CLEAR_LINE}\n`);
  return {
    call: {
      ...call,
      print: (line) => call.write(overwriting(`${line}\n`)),
      write: (text) => call.write(typeof text === "string" ? overwriting(text) : text),
    },
    begin() {
      call.write(first ? CLEAR_SCREEN : HOME);
      first = false;
    },
    end: () => call.write(CLEAR_BELOW),
  };
}
