/** What an image runs on, in Go's words (GOOS, GOARCH). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly "os.version"?: string;
  readonly "os.features"?: readonly string[];
  /** Of the processor: Docker's, reserved in OCI's. */
  readonly features?: readonly string[];
}
