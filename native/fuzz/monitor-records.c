/* The file of a container's networks. */
#include "fuzz/target.h"
#include "monitor/state/bridge-records.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct bridge_records records;
  char path[32];
  int fd = file_with (data, size);
  path_of (fd, path);
  if (bridge_records_read (&records, path) == 0)
    {
      for (size_t i = 0; i < records.count; i++)
        {
          const struct bridge_record *record = &records.list[i],
                                     *other = &records.list[records.count - 1 - i];
          if (!bridge_record_same_interface (record, record))
            abort ();
          if (bridge_record_same_interface (record, other) != bridge_record_same_interface (other, record)
              || bridge_record_same_bridge (record, other) != bridge_record_same_bridge (other, record))
            abort ();
        }
      bridge_records_free (&records);
    }
  close (fd);
  return 0;
}
