import { mkdirSync, writeFileSync } from "node:fs";
import { makeImage } from "../../test/support/image.ts";
import { ociArchive } from "../../test/support/oci-archive.ts";

/** Images that the tests on the test host load: `write-images.ts DIRECTORY` */
const [directory = "."] = process.argv.slice(2);
mkdirSync(directory);
writeFileSync(`${directory}/busybox.tar`, ociArchive(makeImage(), "localhost/busybox:latest"));
