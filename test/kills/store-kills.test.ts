import { storeOperations } from "./store-operations.ts";
import { describeKills } from "./struck.ts";

await describeKills(storeOperations);
