/* store_tokens.c - permissions to reset a latch: made for one principal, used once by another (RISK 3.3).
 * Secret   128 bits of the system's randomness decide nothing but who may reset. A hash without a key serves: nobody guesses
 *          128 bits, and who reads the database finds no token in it. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "data/store_rows.h"

enum { TOKEN_RAW_BYTES = 16, HASH_RAW_BYTES = 32, HASH_TEXT_BYTES = 65 };

static void hash_of(const char *token, char out[HASH_TEXT_BYTES])
{
    uint8_t raw[HASH_RAW_BYTES];
    (void)crypto_generichash(raw, sizeof(raw), (const uint8_t *)token, strlen(token), NULL, 0);
    (void)sodium_bin2hex(out, HASH_TEXT_BYTES, raw, sizeof(raw));
}

bool store_token_make(struct store *self,
                      const struct store_token *token,
                      char out[RESET_TOKEN_BYTES],
                      struct error *error)
{
    uint8_t raw[TOKEN_RAW_BYTES];
    char hash[HASH_TEXT_BYTES];
    if (sodium_init() < 0) {
        return error_set(error, EXIT_CODE_OPERATING, NULL, 0,
                         "the system gives no randomness: start again once it does");
    }
    randombytes_buf(raw, sizeof(raw));
    (void)sodium_bin2hex(out, RESET_TOKEN_BYTES, raw, sizeof(raw));
    sodium_memzero(raw, sizeof(raw));
    hash_of(out, hash);
    struct store_row row = row_begin(self, ROW_TOKEN);
    row_text(&row, hash);
    row_text(&row, breaker_scope_text((int)token->scope));
    row_text(&row, token->scope_name);
    row_text(&row, token->requester);
    row_text(&row, token->reason);
    row_int(&row, token->created_us);
    row_int(&row, token->expires_us);
    row_end(&row);
    return store_commit(self, error);
}

static enum breaker_scope scope_of(const char *word)
{
    int scope = SCOPE_GLOBAL;
    while (scope < SCOPE_SIDE && strcmp(breaker_scope_text(scope), word) != 0) {
        scope++;
    }
    return (enum breaker_scope)scope;
}

static void text_of(sqlite3_stmt *row, int column, char *out, size_t size)
{
    (void)snprintf(out, size, "%s", (const char *)sqlite3_column_text(row, column));
}

/* What stands under a hash; TOKEN_GOOD: it may be used. */
static enum token_answer
look(struct store *self, const char *hash, int64_t time_us, struct store_token *out)
{
    struct store_row row = ask_begin(self, ASK_TOKEN);
    enum token_answer answer = TOKEN_WRONG;
    row_text(&row, hash);
    if (ask_next(&row)) {
        char scope[16];
        text_of(row.statement, 0, scope, sizeof(scope));
        out->scope = scope_of(scope);
        text_of(row.statement, 1, out->scope_name, sizeof(out->scope_name));
        text_of(row.statement, 2, out->requester, sizeof(out->requester));
        text_of(row.statement, 3, out->reason, sizeof(out->reason));
        out->created_us = sqlite3_column_int64(row.statement, 4);
        out->expires_us = sqlite3_column_int64(row.statement, 5);
        answer = sqlite3_column_type(row.statement, 6) != SQLITE_NULL        ? TOKEN_USED
                 : time_us >= out->expires_us                                ? TOKEN_EXPIRED
                 : sqlite3_column_int64(row.statement, 7) >= RESET_TRIES_MAX ? TOKEN_VOID
                                                                             : TOKEN_GOOD;
    }
    ask_end(&row);
    return answer;
}

enum token_answer store_token_use(struct store *self,
                                  const char *text,
                                  const char *approver,
                                  int64_t time_us,
                                  struct store_token *out)
{
    char hash[HASH_TEXT_BYTES];
    memset(out, 0, sizeof(*out));
    hash_of(text, hash);
    enum token_answer answer = look(self, hash, time_us, out);
    if (answer == TOKEN_WRONG) {
        struct store_row tried = row_begin(self, ROW_TOKEN_TRIED);
        row_int(&tried, time_us);
        row_end(&tried);
        return answer;
    }
    if (answer != TOKEN_GOOD) {
        return answer;
    }
    struct store_row used = row_begin(self, ROW_TOKEN_USED);
    row_text(&used, hash);
    row_int(&used, time_us);
    row_text(&used, approver);
    row_end(&used);
    bool once = !self->failed && sqlite3_changes(self->db) == 1;
    return once ? TOKEN_GOOD : TOKEN_USED;
}

const char *token_answer_text(enum token_answer answer)
{
    switch (answer) {
    case TOKEN_GOOD: return "good";
    case TOKEN_WRONG: return "there is no such token";
    case TOKEN_EXPIRED: return "the token has expired: ask for a new one";
    case TOKEN_USED: return "the token was used already: ask for a new one";
    case TOKEN_VOID: return "too many wrong tokens: ask for a new one";
    }
    return "?";
}
