/** The store as front ends know it: they open it, and hand it to the domain. */
export { openStore, type Store } from "../storage/store.ts";
