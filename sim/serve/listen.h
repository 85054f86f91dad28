/* listen.h - the one port of the server. */
#ifndef SIM_SERVE_LISTEN_H
#define SIM_SERVE_LISTEN_H

#include "data/error.h"

/* address: numeric, IPv4 or IPv6. *port 0: the system chooses, and it is set. False: who has it, and what to do. */
MUST_USE bool listen_open(const char *address, uint16_t *port, int *fd, struct error *error);

#endif
