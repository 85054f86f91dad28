/* errors.h - the number under which Binance USD-M tells each reason (PROTOCOLS A15), for reports and for the server.
 * 0: the reason ends an order without an error, as a status or by our own request. */
#ifndef SIM_EXCHANGE_ERRORS_H
#define SIM_EXCHANGE_ERRORS_H

#include "core/event.h"

int32_t error_number(enum order_reason reason);

#endif
