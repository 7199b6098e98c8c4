export type SettingValue = string | number | boolean | readonly string[];

/** One thing that containers.conf says. */
export interface Setting {
  /** `containers.log_driver`: the table and the key. */
  readonly key: string;
  readonly value: SettingValue;
  /** `FILE:LINE`. */
  readonly source: string;
  /** It asks for something that tspod does not do: unsupported-settings.ts has the words. */
  readonly unsupported?: true;
}
