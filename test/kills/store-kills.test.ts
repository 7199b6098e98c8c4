import { storeOperations } from "./store-operations.ts";
import { describeFaults, KILL } from "./struck.ts";

await describeFaults("SIGKILL before a call that changes something", storeOperations, [KILL]);
