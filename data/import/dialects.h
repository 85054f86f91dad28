/* dialects.h - every format that an import reads: one file a family, one line here. */
#ifndef DATA_IMPORT_DIALECTS_H
#define DATA_IMPORT_DIALECTS_H

#include "data/import/import.h"

/* data/import/bars.c */
extern const struct import_dialect import_binance_klines, import_binance_mark_klines,
    import_binance_index_klines, import_binance_premium_klines, import_cryptodatadownload,
    import_candles, import_mark_candles, import_candles_json, import_mark_candles_json;
/* data/import/funding.c */
extern const struct import_dialect import_funding, import_funding_json, import_binance_funding,
    import_okx_funding;
/* data/import/extras.c */
extern const struct import_dialect import_binance_book_depth, import_binance_metrics,
    import_binance_liquidations;

#endif
