#include "launcher/running-containers.h"

#include <stdlib.h>

#include "launcher/namespace.h"
#include "launcher/text.h"

/* The usual place of the store; NULL: there is no home. */
static char *
store_directory (void)
{
  const char *data = getenv ("XDG_DATA_HOME"), *home = getenv ("HOME");
  if (data && data[0] == '/')
    return format_text ("%s/tspod", data);
  return home && home[0] == '/' ? format_text ("%s/.local/share/tspod", home) : NULL;
}

int
running_containers_namespace (const char *runtime)
{
  int found = monitor_namespace (format_text ("%s/containers", runtime));
  char *store = found < 0 ? store_directory () : NULL;
  if (store)
    found = monitor_namespace (format_text ("%s/containers", store));
  return found < 0 ? listener_namespace (format_text ("%s/network/socket", runtime)) : found;
}
