import { containerOperations } from "./container-operations.ts";
import { describeKills } from "./struck.ts";

await describeKills(containerOperations);
