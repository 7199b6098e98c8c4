/** Their numbers are the same on every Linux; node:os, which has them, costs start-up time. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** The first SIGINT, SIGTERM or SIGHUP, as an abort signal; the second one kills as ever. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** 128 + the signal that came; undefined when none did. */
  exitCode(): number | undefined;
}

/**
 * Only for a command that asks for it: the others are just killed, and have nothing to clean up.
 * @param ignored numbers of signals that stay ignored
 */
export function catchInterruption(ignored: readonly number[]): Interruption {
  const controller = new AbortController();
  let code: number | undefined;
  const caught = (["SIGHUP", "SIGINT", "SIGTERM"] as const).filter(
    (name) => !ignored.includes(SIGNALS[name]),
  );
  const handlers = caught.map((name) => {
    const handler = (): void => {
      code = 128 + SIGNALS[name];
      for (const [other, installed] of handlers) process.removeListener(other, installed);
      controller.abort(new DOMException(`received ${name}`, "AbortError"));
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return { signal: controller.signal, exitCode: () => code };
}
