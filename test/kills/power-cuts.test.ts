import { containerOperations } from "./container-operations.ts";
import { storeOperations } from "./store-operations.ts";
import { CUT, describeFaults } from "./struck.ts";

await describeFaults(
  "a power cut: what no fsync has flushed is lost, and nothing else",
  async (host) => ({ ...containerOperations(host), ...(await storeOperations(host)) }),
  [CUT],
  {
    running: false,
    ...(process.env.TSPOD_KILLS === undefined && {
      perBlow: 1,
      only: /^(?:run|create|start|rm -f|commit|load|pull|import|tag|volume|secret|build|network|manifest|pod)/,
    }),
  },
);
