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
