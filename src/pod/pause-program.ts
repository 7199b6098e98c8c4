/** Where the pause program is in its root directory. */
export const PAUSE_PROGRAM = "/pause";
