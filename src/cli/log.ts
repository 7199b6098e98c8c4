/** Levels as podman has them, the most talkative first. */
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "panic"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Podman's last line to who debugs: what follows is the end of the process, or the program it becomes. */
export const LAST_LINE = "Shutting down engines";

/** The level that a word stands for, whatever its case; undefined where it stands for none. */
export function parseLogLevel(text: string): LogLevel | undefined {
  const lower = text.toLowerCase();
  return lower === "warning" ? "warn" : LOG_LEVELS.find((level) => level === lower);
}

/** Whether a message of a level is shown at the level asked for. */
export function isShown(level: LogLevel, asked: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(asked);
}

/** A line as podman's (logrus') text formatter writes it. @param time milliseconds since the epoch */
export function logLine(level: LogLevel, message: string, time: number): string {
  const seconds = `${new Date(time).toISOString().slice(0, 19)}Z`;
  return `time="${seconds}" level=${level === "warn" ? "warning" : level} msg=${JSON.stringify(message)}`;
}
