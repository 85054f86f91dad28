#include "core/signals.h"

#include <string.h>

#include "core/fixed.h"

/* Scores keep up to 16 decimals: 100 still fits int64 then. */
enum { SCORE_DECIMALS = 16, VOLUME_EXPONENT_MAX = 18 };
#define SCORE_ONE    10000000000000000LL
#define SCORE_PER_E9 10000000LL

void signals_init(struct signals *self)
{
    recent_init(&self->identities);
    recent_init(&self->contents);
}

/* ---- confidence ---- */

static bool word_equal(const char *text, size_t length, const char *word)
{
    if (strlen(word) != length) {
        return false;
    }
    for (size_t index = 0; index < length; index++) {
        int byte = (unsigned char)text[index];
        int lower = byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte;
        if (lower != (unsigned char)word[index]) {
            return false;
        }
    }
    return true;
}

static bool score_parse(const char *text, size_t length, int64_t *out)
{
    bool percent = length > 1 && text[length - 1] == '%';
    int64_t score = 0;
    if (decimal_parse(text, percent ? length - 1 : length, SCORE_DECIMALS, &score) != DECIMAL_OK) {
        return false;
    }
    if (score < 0 || score > 100 * SCORE_ONE) {
        return false;
    }
    *out = percent || score > SCORE_ONE ? score / 100 : score;
    return true;
}

bool signals_confidence(const struct settings *settings, const char *text, enum confidence *out)
{
    static const char *const words[CONFIDENCE_COUNT] = {"low", "medium", "high", "extreme"};
    size_t length = strlen(text);
    if (length == 0) {
        *out = CONFIDENCE_LOW; /* a dialect without confidence (PROTOCOLS F4) */
        return true;
    }
    for (int index = 0; index < CONFIDENCE_COUNT; index++) {
        if (word_equal(text, length, words[index])) {
            *out = (enum confidence)index;
            return true;
        }
    }
    int64_t score = 0;
    if (!score_parse(text, length, &score)) {
        return false;
    }
    *out = CONFIDENCE_LOW;
    *out = score >= settings->score_medium * SCORE_PER_E9 ? CONFIDENCE_MEDIUM : *out;
    *out = score >= settings->score_high * SCORE_PER_E9 ? CONFIDENCE_HIGH : *out;
    *out = score >= settings->score_extreme * SCORE_PER_E9 ? CONFIDENCE_EXTREME : *out;
    return true;
}

/* ---- the fields, one function each; false: refuse ---- */

/* price x factor > 0. */
static bool price_scale(int64_t price_e12, int32_t factor, int64_t *out)
{
    return price_e12 > 0 && factor > 0 && fixed_narrow((wide_t)price_e12 * factor, out);
}

static bool direction_read(const struct settings *settings,
                           const struct signal *signal,
                           struct normal_signal *out)
{
    enum signal_direction direction = signal->direction;
    if (direction == DIRECTION_UNSAID && settings->use_side != 0) {
        direction = signal->direction_metadata;
    }
    switch (direction) {
    case DIRECTION_UNSAID:
    case DIRECTION_LONG:
        out->direction = DIRECTION_LONG;
        out->side = SIDE_LONG;
        return true;
    case DIRECTION_SHORT:
        out->direction = DIRECTION_SHORT;
        out->side = SIDE_SHORT;
        return true;
    case DIRECTION_CLOSE:
        out->direction = DIRECTION_CLOSE;
        out->side = SIDE_LONG;
        return true;
    case DIRECTION_INVALID: break;
    }
    out->direction = DIRECTION_INVALID;
    return false;
}

static bool price_read(const struct signal *signal, int32_t factor, struct normal_signal *out)
{
    if ((signal->bad & SIGNAL_BAD_PRICE) != 0) {
        return false;
    }
    out->price_from_market = !signal->has_price;
    return !signal->has_price || price_scale(signal->price_e12, factor, &out->price_e12);
}

static bool volume_valid(const struct signal *signal)
{
    if ((signal->bad & SIGNAL_BAD_VOLUME) != 0) {
        return false;
    }
    return !signal->has_volume || (signal->volume >= 0 && signal->volume_exponent >= 0 &&
                                   signal->volume_exponent <= VOLUME_EXPONENT_MAX);
}

static bool stop_read(const struct settings *settings,
                      const struct signal *signal,
                      int32_t factor,
                      struct normal_signal *out)
{
    int64_t stop_e12 = signal->stop_e12;
    out->stop_source = "stop_loss";
    if (stop_e12 == 0 && settings->use_stop != 0) {
        stop_e12 = signal->stop_metadata_e12;
        out->stop_source = "metadata.stop";
    }
    if (stop_e12 == 0) {
        out->stop_source = "default";
        return (signal->bad & SIGNAL_BAD_STOP) == 0;
    }
    return (signal->bad & SIGNAL_BAD_STOP) == 0 && price_scale(stop_e12, factor, &out->stop_e12);
}

static bool entry_read(const struct settings *settings,
                       const struct signal *signal,
                       int32_t factor,
                       struct normal_signal *out)
{
    if (settings->use_entry == 0) {
        return true;
    }
    if ((signal->bad & SIGNAL_BAD_ENTRY) != 0) {
        return false;
    }
    if (signal->entry_low_e12 == 0 && signal->entry_high_e12 == 0) {
        return true;
    }
    return signal->entry_low_e12 <= signal->entry_high_e12 &&
           price_scale(signal->entry_low_e12, factor, &out->entry_low_e12) &&
           price_scale(signal->entry_high_e12, factor, &out->entry_high_e12);
}

/* Shares that sum to exactly one: as given with the last taking the rest, or equal parts. */
static bool shares_read(const struct signal *signal, struct normal_signal *out)
{
    int32_t count = signal->target_count;
    bool equal = signal->target_share_count == 0;
    if (!equal && signal->target_share_count != count) {
        return false;
    }
    int64_t left_e9 = ONE_E9;
    for (int32_t index = 0; index < count; index++) {
        int64_t share_e9 = equal ? ONE_E9 / count : signal->target_share_e9[index];
        if (share_e9 <= 0 || share_e9 > left_e9) {
            return false;
        }
        left_e9 -= share_e9;
        out->target_share_e9[index] = share_e9;
    }
    out->target_share_e9[count - 1] += left_e9;
    return true;
}

/* In the order in which the price reaches them: up for a long, down for a short; stable. */
static void targets_sort(struct normal_signal *out)
{
    int sign = side_sign(out->side);
    for (int32_t index = 1; index < out->target_count; index++) {
        int64_t target_e12 = out->target_e12[index];
        int64_t share_e9 = out->target_share_e9[index];
        int32_t place = index;
        for (; place > 0 && sign * out->target_e12[place - 1] > sign * target_e12; place--) {
            out->target_e12[place] = out->target_e12[place - 1];
            out->target_share_e9[place] = out->target_share_e9[place - 1];
        }
        out->target_e12[place] = target_e12;
        out->target_share_e9[place] = share_e9;
    }
}

static bool targets_read(const struct settings *settings,
                         const struct signal *signal,
                         int32_t factor,
                         struct normal_signal *out)
{
    if (signal->target_metadata && settings->use_targets == 0) {
        return true;
    }
    if ((signal->bad & SIGNAL_BAD_TARGET) != 0 || signal->target_count < 0 ||
        signal->target_count > TARGETS_MAX) {
        return false;
    }
    for (int32_t index = 0; index < signal->target_count; index++) {
        if (!price_scale(signal->target_e12[index], factor, &out->target_e12[index])) {
            return false;
        }
    }
    out->target_count = signal->target_count;
    if (signal->target_count > 0) {
        if (!shares_read(signal, out)) {
            return false;
        }
        targets_sort(out);
    }
    return true;
}

static bool leverage_read(const struct settings *settings,
                          const struct signal *signal,
                          struct normal_signal *out)
{
    int32_t stated = settings->use_leverage != 0 ? signal->leverage_stated : 0;
    if ((signal->bad & SIGNAL_BAD_LEVERAGE) != 0 || signal->leverage < 0 || stated < 0) {
        return false;
    }
    out->leverage_cap = signal->leverage;
    if (stated > 0 && (out->leverage_cap == 0 || stated < out->leverage_cap)) {
        out->leverage_cap = stated;
    }
    return true;
}

static bool
times_read(const struct settings *settings, const struct signal *signal, struct normal_signal *out)
{
    if ((signal->bad & SIGNAL_BAD_TTL) != 0 || signal->ttl_us < 0 ||
        signal->ttl_us > SIGNAL_TTL_MAX_US || signal->trailing_e9 < 0 ||
        signal->trailing_e9 >= ONE_E9) {
        return false;
    }
    out->ttl_us = signal->ttl_us > 0 ? signal->ttl_us : settings->entry_ttl;
    out->trailing_e9 = signal->trailing_e9 > 0 ? signal->trailing_e9 : settings->trailing;
    return true;
}

/* ---- normalise ---- */

static bool options_read(const struct settings *settings,
                         const struct signal *signal,
                         int32_t factor,
                         struct normal_signal *out)
{
    return (signal->bad & (SIGNAL_BAD_METADATA | SIGNAL_BAD_TEXT)) == 0 &&
           stop_read(settings, signal, factor, out) && entry_read(settings, signal, factor, out) &&
           targets_read(settings, signal, factor, out) && leverage_read(settings, signal, out) &&
           times_read(settings, signal, out);
}

/* A cut token has filled its field. */
static bool token_valid(const struct signal *signal)
{
    size_t length = strlen(signal->token);
    bool cut = (signal->bad & SIGNAL_BAD_TEXT) != 0 && length == SYMBOL_BYTES - 1;
    return length > 0 && !cut;
}

enum verdict signals_normalise(const struct settings *settings,
                               const struct instruments *instruments,
                               const struct signal *signal,
                               struct normal_signal *out)
{
    memset(out, 0, sizeof(*out));
    out->signal_id = signal->id;
    out->timestamp_us = signal->timestamp_us;
    out->stop_source = "default";
    out->duplicate = VERDICT_APPROVED;
    bool token = token_valid(signal);
    struct resolution resolution = {.instrument = INSTRUMENT_NONE, .price_factor = 1};
    if (token) {
        resolution = instruments_resolve(instruments, signal->token);
    }
    out->instrument = resolution.instrument;

    bool confident = signals_confidence(settings, signal->confidence, &out->confidence);
    bool directed = direction_read(settings, signal, out);
    if (!token) {
        return VERDICT_BAD_TOKEN;
    }
    if (!confident) {
        return VERDICT_BAD_CONFIDENCE;
    }
    if (!directed) {
        return VERDICT_BAD_SIDE;
    }
    if (!price_read(signal, resolution.price_factor, out)) {
        return VERDICT_BAD_PRICE;
    }
    if (!volume_valid(signal)) {
        return VERDICT_BAD_VOLUME;
    }
    if (!options_read(settings, signal, resolution.price_factor, out)) {
        return VERDICT_BAD_FIELD;
    }
    return resolution.instrument == INSTRUMENT_NONE ? VERDICT_UNKNOWN_TOKEN : VERDICT_APPROVED;
}

/* ---- judge ---- */

void signals_mix(struct digest *digest, const struct normal_signal *normal, int64_t price)
{
    digest_word(digest, (uint64_t)normal->instrument << 32 | (uint64_t)normal->strategy);
    digest_word(digest, (uint64_t)normal->direction << 32 | (uint64_t)normal->confidence);
    digest_signed(digest, price);
    digest_signed(digest, normal->entry_low_e12);
    digest_signed(digest, normal->entry_high_e12);
    digest_signed(digest, normal->stop_e12);
    digest_signed(digest, normal->trailing_e9);
    digest_signed(digest, normal->ttl_us);
    digest_word(digest, (uint64_t)normal->leverage_cap << 32 | (uint64_t)normal->target_count);
    for (int32_t index = 0; index < normal->target_count; index++) {
        digest_signed(digest, normal->target_e12[index]);
        digest_signed(digest, normal->target_share_e9[index]);
    }
}

static uint64_t content_key(const struct normal_signal *normal)
{
    struct digest digest;
    digest_init(&digest);
    signals_mix(&digest, normal, normal->price_from_market ? 0 : normal->price_e12);
    return digest.state;
}

/* An id is a source's own: two sources may both count 1, 2, 3. */
static uint64_t identity_key(const struct signal *signal, const struct normal_signal *normal)
{
    struct digest digest;
    digest_init(&digest);
    digest_signed(&digest, normal->strategy);
    digest_text(&digest, signal->external_id);
    return digest.state;
}

static bool content_repeats(const struct recent_entry *before,
                            const struct settings *settings,
                            const struct normal_signal *normal,
                            int64_t now_us)
{
    if (before == NULL) {
        return false;
    }
    bool same_moment = before->stamp_us == normal->timestamp_us;
    bool in_window =
        settings->duplicate_window > 0 && now_us - before->seen_us <= settings->duplicate_window;
    return same_moment || in_window;
}

static enum verdict duplicate_judge(struct signals *self,
                                    const struct settings *settings,
                                    const struct signal *signal,
                                    int64_t now_us,
                                    const struct normal_signal *normal)
{
    bool known_identity = false;
    if (signal->external_id[0] != '\0') {
        uint64_t key = identity_key(signal, normal);
        known_identity = recent_find(&self->identities, key) != NULL;
        if (!known_identity) {
            recent_add(&self->identities, key, now_us, normal->timestamp_us);
        }
    }
    uint64_t key = content_key(normal);
    bool known_content =
        content_repeats(recent_find(&self->contents, key), settings, normal, now_us);
    if (!known_content) {
        recent_add(&self->contents, key, now_us, normal->timestamp_us);
    }
    if (known_identity) {
        return VERDICT_DUPLICATE_ID;
    }
    return known_content ? VERDICT_DUPLICATE_CONTENT : VERDICT_APPROVED;
}

static bool volume_below_floor(const struct settings *settings, const struct signal *signal)
{
    if (!signal->has_volume) {
        return false;
    }
    wide_t floor = settings->volume_min;
    for (int32_t index = 0; index < signal->volume_exponent; index++) {
        floor *= 10;
    }
    return signal->volume < floor;
}

static bool price_off_market(const struct settings *settings,
                             const struct signals_market *market,
                             const struct normal_signal *normal)
{
    wide_t gap = (wide_t)normal->price_e12 - market->mark_e12;
    gap = gap < 0 ? -gap : gap;
    return !(gap * ONE_E9 <= (wide_t)market->mark_e12 * settings->price_deviation_max);
}

enum verdict signals_judge(struct signals *self,
                           const struct settings *settings,
                           const struct signal *signal,
                           const struct signals_market *market,
                           int64_t now_us,
                           struct normal_signal *normal)
{
    CHECK(normal->instrument >= 0);
    CHECK(normal->strategy >= 0);

    if (!market->known || market->mark_e12 <= 0) {
        return VERDICT_NO_MARKET;
    }
    /* A close is let through where an entry would not be: it can only reduce. */
    bool closes = normal->direction == DIRECTION_CLOSE;
    if (!closes && volume_below_floor(settings, signal)) {
        return VERDICT_VOLUME_FLOOR;
    }
    if (normal->timestamp_us > now_us && normal->timestamp_us - now_us > settings->future_max) {
        return VERDICT_FROM_THE_FUTURE;
    }
    if (normal->price_from_market) {
        normal->price_e12 = market->mark_e12;
    }
    if (!closes && price_off_market(settings, market, normal)) {
        return VERDICT_OFF_MARKET;
    }
    normal->duplicate = duplicate_judge(self, settings, signal, now_us, normal);
    return VERDICT_APPROVED;
}
