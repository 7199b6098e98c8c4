import type { Dispatcher } from "undici";
import connect from "undici/lib/api/api-connect.js";
import EnvHttpProxyAgent from "undici/lib/dispatcher/env-http-proxy-agent.js";
import Pool from "undici/lib/dispatcher/pool.js";

/** Connections by the proxies that the user's environment names. */
export function openProxies(options: EnvHttpProxyAgent.Options): Dispatcher {
  return new EnvHttpProxyAgent({
    ...options,
    // undici's index gives connect() to all its classes, and a tunnel for https needs it; that index is not
    // loaded.
    clientFactory: (origin, poolOptions) => Object.assign(new Pool(origin, poolOptions), { connect }),
  });
}
