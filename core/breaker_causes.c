#include "core/breaker_cells.h"

/* What a cause is called, how long it cools down, and whether its trip closes what the scope holds
 * (RISK 3.1, 3.3). */
enum closes { HOLDS, CLOSES_BY_SETTING, CLOSES };

struct cause_row {
    const char *text;
    enum cooldown_class class;
    enum closes closes;
};

static const struct cause_row rows[CAUSE_COUNT] = {
    [CAUSE_NONE] = {"none", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_DAY_LOSS] = {"day_loss", COOLDOWN_LOSS, CLOSES_BY_SETTING},
    [CAUSE_ROLLING_LOSS] = {"rolling_loss", COOLDOWN_LOSS, CLOSES_BY_SETTING},
    [CAUSE_WEEK_LOSS] = {"week_loss", COOLDOWN_LOSS, CLOSES_BY_SETTING},
    [CAUSE_MONTH_LOSS] = {"month_loss", COOLDOWN_LOSS, CLOSES_BY_SETTING},
    [CAUSE_DRAWDOWN] = {"drawdown", COOLDOWN_DRAWDOWN, CLOSES_BY_SETTING},
    [CAUSE_VELOCITY_5_MINUTES] = {"loss_5_minutes", COOLDOWN_LOSS, CLOSES_BY_SETTING},
    [CAUSE_VELOCITY_HOUR] = {"loss_1_hour", COOLDOWN_LOSS, CLOSES_BY_SETTING},
    [CAUSE_CONSECUTIVE_LOSSES] = {"consecutive_losses", COOLDOWN_LOSS, HOLDS},
    [CAUSE_EXPECTANCY] = {"expectancy", COOLDOWN_LOSS, HOLDS},
    [CAUSE_FILL_QUALITY] = {"fill_quality", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_REJECTS] = {"rejects", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_API_ERRORS] = {"api_errors", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_UNKNOWN_ORDERS] = {"unknown_orders", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_STALE_FEED] = {"stale_feed", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_DIVERGENCE] = {"divergence", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_LATENCY] = {"latency", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_CLOCK_SKEW] = {"clock_skew", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_LIQUIDATION_NEAR] = {"liquidation_near", COOLDOWN_LOSS, CLOSES_BY_SETTING},
    [CAUSE_MARGIN_RATIO] = {"margin_ratio", COOLDOWN_LOSS, CLOSES_BY_SETTING},
    [CAUSE_FUNDING_SPIKE] = {"funding_spike", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_SHOCK] = {"shock", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_EXPOSURE] = {"exposure", COOLDOWN_DRAWDOWN, HOLDS},
    [CAUSE_BOOKS_DIFFER] = {"books_differ", COOLDOWN_DRAWDOWN, HOLDS},
    [CAUSE_UNPROTECTED] = {"unprotected", COOLDOWN_TECHNICAL, CLOSES},
    [CAUSE_EXTERNAL] = {"external", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_LIQUIDATED] = {"liquidated", COOLDOWN_LOSS, HOLDS},
    [CAUSE_STORAGE] = {"storage", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_QUEUE] = {"queue", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_INTEGRITY] = {"integrity", COOLDOWN_DRAWDOWN, HOLDS},
    [CAUSE_HEARTBEAT] = {"heartbeat", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_EXECUTIONS] = {"executions", COOLDOWN_TECHNICAL, HOLDS},
    [CAUSE_MANUAL] = {"manual", COOLDOWN_TECHNICAL, HOLDS},
};

const char *breaker_cause_text(int cause)
{
    return cause >= 0 && cause < CAUSE_COUNT ? rows[cause].text : "?";
}

enum cooldown_class breaker_cause_class(enum breaker_cause cause)
{
    return rows[cause].class;
}

bool breaker_cause_flattens(const struct settings *settings, enum breaker_cause cause)
{
    switch (rows[cause].closes) {
    case HOLDS: return false;
    case CLOSES_BY_SETTING: return settings->flatten_on_loss_trip != 0;
    case CLOSES: return true;
    }
    return true;
}
