/** The manifest lists that are here, as front ends ask for them: reads only. */
export {
  type ImageList,
  imageOfList,
  listImageLists,
  type ResolvedAny,
  type ResolvedList,
  resolveAny,
  resolveImageList,
} from "../storage/images/image-list.ts";
