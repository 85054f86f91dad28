/* shifted_margin.c - for test_books: the formulas of core/margin.h, one of which is wrong by one unit of 1e-8, once. One side of
 * the books is compiled with the names of these functions instead of the real ones; the other side is the product as it is.
 * Compiled with -DSHIFT_FEE=N, -DSHIFT_FUNDING=N, -DSHIFT_RELEASE=N or -DSHIFT_INITIAL=N: the Nth call is shifted; 0: none. */
#include "core/margin.h"

#ifndef SHIFT_FEE
#    define SHIFT_FEE 0
#endif
#ifndef SHIFT_FUNDING
#    define SHIFT_FUNDING 0
#endif
#ifndef SHIFT_RELEASE
#    define SHIFT_RELEASE 0
#endif
#ifndef SHIFT_INITIAL
#    define SHIFT_INITIAL 0
#endif

bool shifted_margin_fee_e8(int64_t notional_e8, int64_t rate_e9, int64_t *out);
bool shifted_margin_funding_e8(
    enum side side, int64_t size_e6, int64_t mark_e12, int64_t rate_e16, int64_t *out);
int64_t shifted_margin_release(int64_t total, int64_t closed_e6, int64_t open_e6);
int64_t shifted_margin_initial_e8(int64_t notional_e8, int32_t leverage);

/* 1 at the Nth call. */
static int64_t shift(int32_t *calls, int32_t shifted_call)
{
    ++*calls;
    return *calls == shifted_call ? 1 : 0;
}

bool shifted_margin_fee_e8(int64_t notional_e8, int64_t rate_e9, int64_t *out)
{
    static int32_t calls;
    bool fits = margin_fee_e8(notional_e8, rate_e9, out);
    *out += shift(&calls, SHIFT_FEE);
    return fits;
}

bool shifted_margin_funding_e8(
    enum side side, int64_t size_e6, int64_t mark_e12, int64_t rate_e16, int64_t *out)
{
    static int32_t calls;
    bool fits = margin_funding_e8(side, size_e6, mark_e12, rate_e16, out);
    *out += shift(&calls, SHIFT_FUNDING);
    return fits;
}

int64_t shifted_margin_release(int64_t total, int64_t closed_e6, int64_t open_e6)
{
    static int32_t calls;
    return margin_release(total, closed_e6, open_e6) + shift(&calls, SHIFT_RELEASE);
}

int64_t shifted_margin_initial_e8(int64_t notional_e8, int32_t leverage)
{
    static int32_t calls;
    return margin_initial_e8(notional_e8, leverage) + shift(&calls, SHIFT_INITIAL);
}
