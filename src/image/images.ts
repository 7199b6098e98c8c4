/** The images that are here, as front ends ask for them: reads only. */
export { imageUsers } from "../storage/images/image-removal.ts";
export {
  listImages,
  type ResolvedImage,
  resolveImage,
  type StoredImage,
} from "../storage/images/stored-image.ts";
