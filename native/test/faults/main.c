/*
 * tspod-faults [-d DIRECTORY]... [-p PROGRAM] [-n NUMBER] [-f FAULT] [-s] [-w EFFECTS] [-l LOG] -- COMMAND...
 * - runs COMMAND, and lets one of its system calls fail that change something below a DIRECTORY.
 *
 * -p: calls of processes of PROGRAM count (its file's name), not those of the command itself. -n: which call;
 * 0, the default, none: LOG has them all. -f: `kill` (SIGKILL before it), `cut` (SIGKILL to everything, and
 * of what no fsync has flushed nothing, half or zeroes are left), or an errno's name. -s: all calls from
 * there on. -w: which
 * calls count, of `w`rites, `o`pens, `n`ames, `r`emovals, `f`lushes, `c`hanges; default: all.
 *
 * Ends as the command does, 128 + N where signal N ended it. A second process answers the calls for as long
 * as any process has the filter: a monitor outlives its command.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "test/faults/calls.h"
#include "test/faults/filter.h"
#include "test/faults/supervise.h"

#define TROUBLE 99

static _Noreturn void
die (const char *what)
{
  fprintf (stderr, "tspod-faults: %s: %s\n", what, strerror (errno));
  exit (TROUBLE);
}

static int
read_effects (const char *letters)
{
  static const char known[] = "wonrfc";
  int effects = 0;
  for (; *letters; letters++)
    {
      const char *found = strchr (known, *letters);
      if (!found)
        die (letters);
      effects |= 1 << (found - known);
    }
  return effects;
}

static void
read_fault (struct request *request, const char *name)
{
  static const struct
  {
    const char *name;
    int error;
  } errors[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EMFILE", EMFILE }, { "EDQUOT", EDQUOT } };
  request->fault = strcmp (name, "kill") == 0  ? FAULT_KILL
                   : strcmp (name, "cut") == 0 ? FAULT_CUT
                                               : FAULT_NONE;
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (strcmp (name, errors[i].name) == 0)
      {
        request->fault = FAULT_ERRNO;
        request->error = errors[i].error;
      }
  errno = EINVAL;
  if (request->fault == FAULT_NONE)
    die (name);
}

static void
read_options (int argc, char **argv, struct request *request)
{
  for (int option; (option = getopt (argc, argv, "+d:p:n:f:sw:l:")) != -1;)
    switch (option)
      {
      case 'd':
        if (request->directory_count == DIRECTORIES_MAX)
          die ("-d");
        request->directories[request->directory_count++] = optarg;
        break;
      case 'p':
        request->program = optarg;
        break;
      case 'n':
        request->at = strtol (optarg, NULL, 10);
        break;
      case 'f':
        read_fault (request, optarg);
        break;
      case 's':
        request->lasting = true;
        break;
      case 'w':
        request->effects = read_effects (optarg);
        break;
      case 'l':
        request->log = fopen (optarg, "we");
        if (!request->log)
          die (optarg);
        break;
      default:
        exit (TROUBLE);
      }
  if (optind == argc)
    {
      errno = EINVAL;
      die ("no command");
    }
}

/* Room for a message with one descriptor, aligned as its header asks. */
union control
{
  struct cmsghdr header;
  char bytes[CMSG_SPACE (sizeof (int))];
};

/* The descriptor goes by a message, since the process that reads it is not this one's child. */
static void
send_descriptor (int socket, int fd)
{
  char byte = 0;
  struct iovec content = { &byte, 1 };
  union control control = { 0 };
  struct msghdr message = {
    .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof fd);
  memcpy (CMSG_DATA (header), &fd, sizeof fd);
  if (sendmsg (socket, &message, 0) < 0)
    die ("sendmsg");
}

static int
receive_descriptor (int socket)
{
  char byte;
  struct iovec content = { &byte, 1 };
  union control control;
  struct msghdr message = {
    .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  if (recvmsg (socket, &message, MSG_CMSG_CLOEXEC) <= 0 || !CMSG_FIRSTHDR (&message))
    return -1;
  int fd;
  memcpy (&fd, CMSG_DATA (CMSG_FIRSTHDR (&message)), sizeof fd);
  return fd;
}

/* The command goes on only when the supervisor is there, or the test would wait for ever where that fails. */
static _Noreturn void
run_command (int socket, char **command)
{
  int listener = install_filter ();
  if (listener < 0)
    die ("seccomp");
  send_descriptor (socket, listener);
  close (listener);
  close (socket);
  execvp (command[0], command);
  die (command[0]);
}

static void
run_supervisor (int socket, const struct request *request, pid_t command)
{
  setsid ();
  for (int fd = 0; fd < 3; fd++)
    close (fd);
  int listener = receive_descriptor (socket);
  if (listener >= 0)
    supervise (listener, request, command);
}

int
main (int argc, char **argv)
{
  struct request request = { .effects = WRITES | OPENS | NAMES | REMOVES | FLUSHES | CHANGES };
  read_options (argc, argv, &request);
  int ends[2];
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    die ("socketpair");
  pid_t command = fork ();
  if (command < 0)
    die ("fork");
  if (command == 0)
    {
      close (ends[0]);
      run_command (ends[1], argv + optind);
    }
  close (ends[1]);
  /* Not a child that the command's caller would have to wait for. */
  pid_t between = fork ();
  if (between == 0)
    {
      if (fork () == 0)
        run_supervisor (ends[0], &request, command);
      _exit (0);
    }
  close (ends[0]);
  int status;
  waitpid (between, NULL, 0);
  while (waitpid (command, &status, 0) < 0)
    if (errno != EINTR)
      die ("waitpid");
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}
