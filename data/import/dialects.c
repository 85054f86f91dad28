#include "data/import/dialects.h"

const struct import_dialect *const import_dialects[] = {
    &import_binance_klines,
    &import_binance_mark_klines,
    &import_binance_index_klines,
    &import_binance_premium_klines,
    &import_cryptodatadownload,
    &import_candles,
    &import_mark_candles,
    &import_candles_json,
    &import_mark_candles_json,
    &import_funding,
    &import_funding_json,
    &import_binance_funding,
    &import_okx_funding,
    &import_binance_book_depth,
    &import_binance_metrics,
    &import_binance_liquidations,
    NULL,
};
