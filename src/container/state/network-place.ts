import type { NetworkPlace } from "../../network/networks.ts";
import { NETWORK_SETTINGS } from "../../network/settings.ts";
import type { Engine } from "./engine.ts";

/** Where networks are, for an engine. */
export function networkPlace(engine: Engine): NetworkPlace {
  const { store, warn, networkDirectory, networkSettings = NETWORK_SETTINGS } = engine;
  return { store, warn, settings: networkSettings, directory: networkDirectory };
}
