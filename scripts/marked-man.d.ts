declare module "marked-man" {
  import type { MarkedExtension } from "marked";

  /** Makes marked print roff. */
  const extension: MarkedExtension;
  export default extension;
}
