/*
 * relay.h - published UDP ports on the host's loopback. slirp4netns has a client of the host's 127.0.0.1
 * appear as its gateway, and drops the answers to that. So here such a client's datagrams go into the
 * network namespace by a socket of its own, and the answers come back by it.
 */
#ifndef TSPOD_RELAY_H
#define TSPOD_RELAY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#define RELAYS_MAX 256

struct relay
{
  int fd; /* on the host: bound to 127.0.0.1 */
  struct sockaddr_in target;
};

/*
 * Listens for the forward with these texts. Returns false where there is nothing to do: it is no UDP, not
 * on the loopback, or the port can't be had beside slirp4netns.
 */
bool relay_open (struct relay *relay, const char *protocol, const char *host, const char *host_port,
                 const char *target, const char *target_port);

/* Joins the namespace, gives up all rights, and relays for ever. */
_Noreturn void relay_serve (int namespace, const struct relay *relays, size_t count);

/*
 * relay-command.c: tspod-network relay NETNS [PROTOCOL,HOST-ADDRESS,HOST-PORT,ADDRESS,PORT]...: the same for
 * a container with a network of its own, and its ports of tcp that slirp4netns does not have (ports.h). It
 * closes standard error when it serves, until it is killed. Returns the exit code where a port of tcp can't
 * be had: standard error says which, by its number among those of tcp, and why.
 */
int relay_command (char **arguments);

#endif
