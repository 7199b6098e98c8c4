/** The images of a store: what is there, and how that is changed. */
export { addImage, tagImage, untagImage } from "./image-changes.ts";
export { imageUsers, removeImage } from "./image-removal.ts";
export { listImages, resolveImage, type StoredImage } from "./stored-image.ts";
