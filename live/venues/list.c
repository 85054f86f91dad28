#include <string.h>

#include "live/venue.h"
#include "live/venues/binance/binance.h"

static const struct venue_table *const venues[] = {&venue_binance};

const struct venue_table *venue_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(venues); i++) {
        if (strcmp(venues[i]->name, name) == 0) {
            return venues[i];
        }
    }
    return NULL;
}

const char *venue_names(void)
{
    return "binance";
}
