/* network-result.h - what has come of making interfaces. */
#ifndef TSPOD_NETWORK_RESULT_H
#define TSPOD_NETWORK_RESULT_H

#define NETWORKS_MAX 64

struct network_result
{
  int error; /* errno; 0: done */
  char text[256];
  int bridge[NETWORKS_MAX]; /* index of each network's bridge */
};

#endif
