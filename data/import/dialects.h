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

/* data/import/binance.c */
extern const struct import_dialect import_binance_agg_trades, import_binance_trades,
    import_binance_book_ticker;
/* data/import/bybit.c */
extern const struct import_dialect import_bybit_trades, import_bybit_spot_trades, import_bybit_book;
/* data/import/okx.c */
extern const struct import_dialect import_okx_trades, import_okx_book;
/* data/import/tardis.c, tardis_ticker.c */
extern const struct import_dialect import_tardis_trades, import_tardis_liquidations,
    import_tardis_quotes, import_tardis_book, import_tardis_book_snapshot, import_tardis_ticker;
/* data/import/folder.c */
extern const struct import_dialect import_cerberus_trades, import_cerberus_agg_trades,
    import_cerberus_quotes, import_cerberus_depth, import_cerberus_depth_snapshot;

#endif
