/* ledger.h - double entry: every movement of money is one transaction whose postings sum to zero.
 * Laws     the balance of an account is the sum of its postings, to the last unit; the wallet is the account's balance
 *          at the venue; the other accounts are its counterparts (DESIGN 4, law 5). Every transaction is checked.
 * Output   one ACTION_POSTING a posting, in the order written.   Failure: overflow of a balance is a CHECK: 9.2e10 quote
 *          units is beyond any account this engine is for. */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include "core/action.h"
#include "core/base.h"
#include "core/types.h"

struct ledger {
    int64_t txn; /* of the last transaction */
    int64_t balance_e8[ACCOUNT_COUNT];
};

/* What a transaction is about. */
struct ledger_subject {
    int32_t instrument;
    int64_t position_id;
    int64_t time_us, venue_time_us;
};

void ledger_init(struct ledger *self);
static inline int64_t ledger_wallet_e8(const struct ledger *self)
{
    return self->balance_e8[ACCOUNT_WALLET];
}
/* Moves amount into the wallet out of the counter account (negative: out of the wallet); a zero amount writes nothing. */
void ledger_move(struct ledger *self,
                 struct actions *actions,
                 const struct ledger_subject *subject,
                 enum ledger_kind kind,
                 enum ledger_account counter,
                 int64_t amount_e8);
void ledger_check(const struct ledger *self);

#endif
