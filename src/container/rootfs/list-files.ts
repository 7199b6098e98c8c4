/** Files of directories that lie over each other, as a container or an image shows them: for completion. */
export { listMerged } from "../../storage/layers/list-merged.ts";
