/** What an image runs on, in Go's words (GOOS, GOARCH). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly "os.version"?: string;
  readonly "os.features"?: readonly string[];
  /** Features of the processor: Docker uses this, OCI reserves it. */
  readonly features?: readonly string[];
}

/** `OS/ARCH[/VARIANT]`. */
export function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join("/");
}
