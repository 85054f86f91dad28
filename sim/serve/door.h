/* door.h - the house's own door: what a test asks for and does behind the venue's back. JSON in and out; amounts are whole
 * numbers
 * with the scale in their names.
 *   GET  /cerberus/state                     market time, pacing, counters, faults, balance, positions, orders, trades
 *   POST /cerberus/advance?to_us=T|by_us=N   lock-step and manual: answered when market time is there, {"now_us":...}
 *   POST /cerberus/faults                    a plan as the body, in the place of the present one ([]: none)
 *   POST /cerberus/transfer?amount=X         collateral in or out
 *   POST /cerberus/foreign?symbol=S&side=buy|sell&size=X[&price=P]   somebody else's order on this account: limit, or at the
 * market
 *   POST /cerberus/stop                      answered, then the server ends
 * Failure  400, 404, 405 or 409 and {"error": what is wrong}. */
#ifndef SIM_SERVE_DOOR_H
#define SIM_SERVE_DOOR_H

#include "sim/serve/server.h"

/* The value of a name in a raw query, copied as it stands; false: not there, or too long. */
MUST_USE bool door_value(const char *query, const char *name, char *out, size_t size);
/* {...} of the whole server. */
void door_state(struct server *self, struct server_answer *answer);

#endif
