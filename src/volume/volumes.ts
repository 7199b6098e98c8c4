/** The volumes that are there, as front ends ask for them: reads only. */
export {
  getVolume,
  hasOwner,
  listVolumes,
  lookupVolume,
  needsCopyUp,
  type VolumeRecord,
  volumeData,
  volumeUsers,
} from "../storage/volumes/volumes.ts";
