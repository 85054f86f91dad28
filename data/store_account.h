/* store_account.h - the database of one live account over its restarts: epochs, the state in which the next one begins, and what
 * the venue must not be believed twice.
 * Laws     one file holds one account; each start is a further row of `runs`, whose id is the epoch of its order ids, durable
 * before
 *          anything is sent. Every commit writes the engine's state in the same transaction as the rows (DESIGN 6): what an
 *          order rests on is on disk before it is sent, with synchronous=FULL.
 *          A commit that failed is never tried again on the same connection (RISK F35): the store is done, the owner closes it
 * and
 *          opens a new epoch.
 * Refused  by name: a simulated run's file, a file of another program or a newer schema, a damaged one (quick_check,
 *          foreign_key_check, the audit chain, transactions that do not sum to zero), a file in use.
 * Cost     a commit about 0.3 ms (one fdatasync), start-up 0.5 ms a MB. */
#ifndef DATA_STORE_ACCOUNT_H
#define DATA_STORE_ACCOUNT_H

#include "data/store.h"

enum { OWNER_BYTES = 64, STORE_STATE_MAX = 4 << 20 };

/* Who runs this epoch. */
struct store_owner {
    char machine[OWNER_BYTES], boot[OWNER_BYTES];
    int64_t process;
};

/* What the account was at its last commit. */
struct store_resume {
    bool fresh;     /* the account begins now: no state */
    bool ended;     /* the last epoch ended in order; false: killed, or the machine went down */
    uint32_t epoch; /* of this run */
    int64_t generation;
    int64_t events;            /* of the last epoch */
    int64_t journal_bytes;     /* the journal explains the state up to here; 0: there was none */
    char digest[DIGEST_BYTES]; /* at the last commit */
    struct store_owner last;   /* of the epoch before; empty: none */
    const uint8_t *state; /* core/snapshot.h; borrowed until the store is closed; NULL: fresh */
    size_t state_bytes;
};

/* The engine's state, asked for at each commit. */
struct store_state {
    void *self;
    size_t (*encode)(void *self, uint8_t *out, size_t capacity); /* bytes written */
    int64_t (*events)(void *self);
    uint64_t (*digest)(void *self);
    int64_t (*journal_bytes)(void *self);
    int64_t (*time_us)(void *self);
};

/* A new file, or an account to go on with. Locks it for life; nothing is written yet. */
MUST_USE struct store *
store_open_account(const char *path, const struct instruments *instruments, struct error *error);
/* The epoch before `store_begin_account`: 0 for a new account. For checks before anything is written. */
MUST_USE bool store_begin_account(struct store *self,
                                  const struct store_run *run,
                                  const struct store_owner *owner,
                                  struct store_resume *out,
                                  struct error *error);
/* From now on each commit carries it; borrowed for life. */
void store_state_from(struct store *self, const struct store_state *state);
/* Anything to commit beside positions' new marks? */
bool store_waiting(const struct store *self);
/* After a restored backup or on another machine: the next generation, by an operator's word. */
MUST_USE bool
store_adopt(struct store *self, int64_t time_us, const char *actor, struct error *error);
/* Moves the log's pages into the file: passive (never waits), or all of it and cuts the log. *wal_bytes: its size now. */
MUST_USE bool
store_checkpoint(struct store *self, bool all, int64_t *wal_bytes, struct error *error);

/* ---- what the venue said ---- */
bool store_fill_known(struct store *self, int32_t instrument, uint64_t trade_id);
/* Venue time of the newest fill of an instrument; 0: none. */
int64_t store_last_fill_us(struct store *self, int32_t instrument);
void store_venue_order(struct store *self,
                       int32_t instrument,
                       const char *venue_order_id,
                       uint64_t order_id);
/* Our order of that number; 0: none. */
uint64_t store_order_of(struct store *self, int32_t instrument, const char *venue_order_id);

enum payment { PAYMENT_FUNDING, PAYMENT_TRANSFER };
struct store_payment {
    enum payment kind;
    int32_t instrument; /* INSTRUMENT_NONE: of the account */
    uint64_t payment_id;
    int64_t amount_e8, time_us;
};
/* True: it is new, and remembered from now on. */
MUST_USE bool store_payment(struct store *self, const struct store_payment *payment);
int64_t store_last_payment_us(struct store *self, enum payment kind); /* 0: none */

struct store_reconcile {
    const char *kind, *result; /* words of data/account.sql */
    int64_t time_us, differences;
    const char *detail;
};
void store_reconcile(struct store *self, const struct store_reconcile *given);

/* A configuration given to the running executor: config as JSON; result "taken", or why not. */
void store_config_version(
    struct store *self, int64_t time_us, const char *actor, const char *config, const char *result);
/* A row of the audit chain that is the shell's, not the core's. */
void store_audit(struct store *self, int64_t time_us, const struct action_audit *audit);

/* ---- reset tokens (RISK 3.3) ---- */
enum { RESET_TOKEN_BYTES = 33 /* 128 random bits as hex */, RESET_TRIES_MAX = 5 };

struct store_token {
    enum breaker_scope scope;
    char scope_name[64];
    char requester[PRINCIPAL_BYTES];
    char reason[WRITTEN_REASON_BYTES];
    int64_t created_us, expires_us;
};
/* Makes one and shows it once. */
MUST_USE bool store_token_make(struct store *self,
                               const struct store_token *token,
                               char out[RESET_TOKEN_BYTES],
                               struct error *error);
enum token_answer { TOKEN_GOOD, TOKEN_WRONG, TOKEN_EXPIRED, TOKEN_USED, TOKEN_VOID };
/* Uses it up if it is good; *out: what was asked for. A wrong one counts against every open token: the fifth voids them. */
enum token_answer store_token_use(struct store *self,
                                  const char *text,
                                  const char *approver,
                                  int64_t time_us,
                                  struct store_token *out);
const char *token_answer_text(enum token_answer answer);

#endif
