/** Logins at registries, as front ends make and end them. */
export type { Credentials } from "../registry/auth/credentials.ts";
export {
  checkPassword,
  defaultRegistry,
  eraseAllCredentials,
  eraseCredentials,
  knownCredentials,
  type LoginKey,
  type LoginOptions,
  searchRegistries,
  storeCredentials,
} from "../registry/auth/login.ts";
