#include "sim/exchange/errors.h"

int32_t error_number(enum order_reason reason)
{
    switch (reason) {
    case REASON_TICK: return -4014;
    case REASON_LOT: return -4023;
    case REASON_SIZE: return -4005;
    case REASON_NOTIONAL_MIN: return -4164;
    case REASON_MARGIN: return -2019;
    case REASON_LEVERAGE_BRACKET: return -2027;
    case REASON_WOULD_TRIGGER: return -2021;
    case REASON_POST_ONLY: return -5022;
    case REASON_REDUCE_ONLY: return -2022;
    case REASON_FOK: return -5021;
    case REASON_NO_MARKET: return -4141;
    case REASON_LIQUIDATION: return -2023;
    case REASON_UNKNOWN_ORDER: return -2011;
    case REASON_LIQUIDITY: return -2020;
    case REASON_RATE_LIMIT: return -1015;
    case REASON_BANNED: return -1003;
    case REASON_TOO_OLD: return -5028;
    case REASON_CANCEL_ONLY: return -4140;
    case REASON_SUBMIT_ONLY: return -1008;
    case REASON_ORDERS_MAX: return -2025;
    case REASON_ALGO_ORDERS_MAX: return -20198;
    case REASON_PRICE_HIGH: return -4016;
    case REASON_PRICE_LOW: return -4024;
    case REASON_COUNTERPARTY: return -4131;
    case REASON_CALLBACK: return -1130;
    case REASON_DUPLICATE_ID: return -4116;
    case REASON_NOT_AMENDABLE: return -5026;
    case REASON_NO_CHANGE: return -5027;
    case REASON_ORDERS_OPEN: return -4047;
    case REASON_ISOLATED_ONLY: return -4049;
    case REASON_WALLET: return -4050;
    case REASON_POSITION_MARGIN: return -4051;
    case REASON_POSITION_OPEN: return -4048;
    case REASON_NONE:
    case REASON_IOC:
    case REASON_TTL:
    case REASON_REQUESTED:
    case REASON_POSITION_CLOSED:
    case REASON_LINKED:
    case REASON_SELF_TRADE:
    case REASON_AMENDED: return 0;
    }
    return 0;
}
