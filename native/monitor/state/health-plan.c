#include "monitor/state/health-plan.h"

#include <stdlib.h>

int64_t
health_number (char *const *words, int word)
{
  return (int64_t) strtoll (words[word], NULL, 10);
}
