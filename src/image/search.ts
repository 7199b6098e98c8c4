/** Searches in registries. */
export { loadRegistriesConf } from "../registry/configuration/registries-conf.ts";
export { type FoundRepository, searchRegistry } from "../registry/search.ts";
