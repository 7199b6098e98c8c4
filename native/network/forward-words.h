/* forward-words.h - what stands at which place of a `forward` record: protocol.h */
#ifndef TSPOD_NETWORK_FORWARD_WORDS_H
#define TSPOD_NETWORK_FORWARD_WORDS_H

enum
{
  PROTOCOL = 1,
  HOST_ADDRESS,
  HOST_PORT,
  ADDRESS,
  PORT,
  FORWARD_WORDS,
};

#endif
