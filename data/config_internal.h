/* config_internal.h - what the config files share among themselves: keys to places, and the
 * lists. */
#ifndef DATA_CONFIG_INTERNAL_H
#define DATA_CONFIG_INTERNAL_H

#include <stdio.h>

#include "data/config.h"
#include "data/text.h"

enum { CONFIG_KEY_BYTES = 128 };

/* Where a key lives. Of the lists only alias has names below it. */
enum config_place_kind {
    PLACE_NONE,
    PLACE_ROW,
    PLACE_TEXT,
    PLACE_ALLOW,
    PLACE_LIQUID,
    PLACE_LADDER,
    PLACE_ALIAS
};

struct config_place {
    enum config_place_kind kind;
    int32_t table, row; /* PLACE_ROW; row: PLACE_TEXT too */
};

struct config_place config_find(const struct config *self, const char *key);
const struct setting_row *config_row(const struct config *self, struct config_place place);
int64_t *config_value(const struct config *self, struct config_place place);
/* The valid key nearest to a wrong one. */
const char *config_nearest(const struct config *self, const char *key);

/* ---- texts: data/config_texts.c ---- */
const struct text_row *config_text_row(const struct config *self, struct config_place place);
/* Row of a key; -1: none. */
int32_t config_text_find(const struct config *self, const char *key);
/* Sets it to nothing, marked as given; then one text of it, or the next one of its list. False: it does not fit, or is not plain
 * text, or a list's item is empty. */
void config_text_restart(struct config *self, struct config_place place);
MUST_USE bool config_text_add(struct config *self, struct config_place place, struct slice text);
/* As --set has it. */
MUST_USE bool config_text_set(struct config *self, struct config_place place, struct slice text);
void config_text_json(const struct config *self, int32_t row, FILE *stream);
#define CONFIG_TEXT_REFUSED "is no plain text, or too long: write one line of printable characters"

/* False: the list is full, or the name is empty, too long or not plain text. */
MUST_USE bool config_list_add(struct config_list *self, struct slice name);
MUST_USE bool config_alias_add(struct config *self, struct slice name, struct slice symbol);
/* The list of PLACE_ALLOW, PLACE_LIQUID or PLACE_LADDER, emptied and marked as given. */
struct config_list *config_list_restart(struct config *self, enum config_place_kind kind);
/* As if it had never been given. */
void config_list_unset(struct config *self, enum config_place_kind kind);

#endif
