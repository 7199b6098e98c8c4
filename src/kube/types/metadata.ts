/** A field that may be left out, or left empty. */
export type Maybe<T> = T | null | undefined;
export type Texts = Readonly<Record<string, string>>;
export type Quantity = string | number;

export interface Metadata {
  readonly name?: Maybe<string>;
  readonly namespace?: Maybe<string>;
  readonly labels?: Maybe<Texts>;
  readonly annotations?: Maybe<Texts>;
}
