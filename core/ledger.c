#include "core/ledger.h"

#include <string.h>

#include "core/fixed.h"

void ledger_init(struct ledger *self)
{
    memset(self, 0, sizeof(*self));
}

static void post(struct ledger *self,
                 struct actions *actions,
                 const struct ledger_subject *subject,
                 const struct action_posting *posting)
{
    bool fits = fixed_narrow((wide_t)self->balance_e8[posting->account] + posting->amount_e8,
                             &self->balance_e8[posting->account]);
    CHECK(fits);
    struct action *action =
        actions_add(actions, ACTION_POSTING, subject->time_us, subject->instrument);
    action->posting = *posting;
}

void ledger_move(struct ledger *self,
                 struct actions *actions,
                 const struct ledger_subject *subject,
                 enum ledger_kind kind,
                 enum ledger_account counter,
                 int64_t amount_e8)
{
    CHECK(counter != ACCOUNT_WALLET);

    if (amount_e8 == 0) {
        return;
    }
    self->txn++;
    struct action_posting posting = {
        .txn = self->txn,
        .account = ACCOUNT_WALLET,
        .kind = kind,
        .amount_e8 = amount_e8,
        .position_id = subject->position_id,
        .venue_time_us = subject->venue_time_us,
    };
    post(self, actions, subject, &posting);
    posting.account = counter;
    posting.amount_e8 = -amount_e8;
    post(self, actions, subject, &posting);
}

void ledger_check(const struct ledger *self)
{
    wide_t sum = 0;
    for (int32_t account = 0; account < ACCOUNT_COUNT; account++) {
        sum += self->balance_e8[account];
    }
    CHECK(sum == 0);
}
