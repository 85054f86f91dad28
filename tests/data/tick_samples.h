/* tick_samples.h - one file of each format of ticks: the rows of PROTOCOLS E, and some more by hand around them. */
#ifndef TESTS_DATA_TICK_SAMPLES_H
#define TESTS_DATA_TICK_SAMPLES_H

struct tick_sample {
    const char *dialect, *name, *text;
};

static const char UM_AGG[] =
    "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n"
    "1018572200,124.58,6.43,3047799741,3047799742,1767225601696,true\n"
    "1018572201,124.60,0.50,3047799743,3047799743,1767225601801,false\n";
static const char SPOT_AGG[] =
    "60953854,0.00000908,3591711.00,209942017,209942017,1729987202368,False,True\n"
    "60953855,0.00000907,28445331.00,209942018,209942018,1729987202940,True,True\n";
static const char UM_TRADES[] = "id,price,qty,quote_qty,time,is_buyer_maker\n"
                                "3047799741,124.58,3.22,401.1476,1767225601696,true\n"
                                "3047799742,124.58,3.21,399.9018,1767225601696,true\n";
static const char SPOT_TRADES[] =
    "1803839896,124.64000000,1.12700000,140.46928000,1767225600629785,True,True\n"
    "1803839897,124.65000000,0.10000000,12.46500000,1767225600629999,False,True\n";
static const char BOOK_TICKER[] =
    "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_"
    "time\n"
    "4020000001,0.08561,12000,0.08562,9000,1707955200024,1707955200033\n"
    "4020000000,0.08560,12000,0.08562,9000,1707955200020,1707955200030\n";
static const char BYBIT_TRADES[] =
    "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,"
    "foreignNotional,RPI\n"
    "1767225600.6864,SOLUSDT,Buy,0.2,124.650,PlusTick,7df520b4-f4a1-5eb9-86c2-3ac7ebac1832,"
    "2.493e+09,0.2,24.93,0\n"
    "1767225601.0001,SOLUSDT,Sell,1.5e-1,124.640,MinusTick,7df520b4-f4a1-5eb9-86c2-3ac7ebac1833,"
    "1.8696e+09,0.15,18.696,0\n";
static const char BYBIT_SPOT[] = "id,timestamp,price,volume,side,rpi\n"
                                 "1,1767225600884,124.67,0.1,buy,0\n"
                                 "2,1767225600985,124.66,2.25,sell,0\n";
static const char BYBIT_BOOK[] =
    "{\"topic\":\"orderbook.500.SOLUSDT\",\"type\":\"snapshot\",\"ts\":1767225600100,\"data\":{"
    "\"s\":\"SOLUSDT\",\"b\":[[\"124.65\",\"10.5\"],[\"124.64\",\"3\"]],\"a\":[[\"124.66\","
    "\"7.25\"]],\"u\":18521288,\"seq\":7961638724},\"cts\":1767225600096}\n"
    "{\"topic\":\"orderbook.500.SOLUSDT\",\"type\":\"delta\",\"ts\":1767225600200,\"data\":{\"s\":"
    "\"SOLUSDT\",\"b\":[],\"a\":[[\"124.66\",\"0\"],[\"124.67\",\"1.5\"]],\"u\":18521289,\"seq\":"
    "7961638799},\"cts\":1767225600195}\n";
static const char TARDIS_TRADES[] =
    "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
    "bitmex,XBTUSD,1583020803145000,1583020803307160,ccc3c1fa-212c-e8b0-1706-9b9c4f3d5ecf,sell,"
    "8531.5,2152\n"
    "bitmex,XBTUSD,1583020803245000,1583020803407161,ccc3c1fa-212c-e8b0-1706-9b9c4f3d5ed0,unknown,"
    "8531.5,10\n";
static const char TARDIS_BOOK[] =
    "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n"
    "deribit,BTC-PERPETUAL,1585699200245000,1585699200355684,true,ask,6421.5,18640\n"
    "deribit,BTC-PERPETUAL,1585699200245000,1585699200355684,true,bid,6421,23810\n"
    "deribit,BTC-PERPETUAL,1585699200250000,1585699200360684,false,ask,6421.5,0\n"
    "deribit,BTC-PERPETUAL,1585699200250000,1585699200360684,false,ask,6422,100\n"
    "deribit,BTC-PERPETUAL,1585699200270000,1585699200380684,false,bid,6420.5,50\n";
static const char TARDIS_QUOTES[] =
    "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\n"
    "huobi-dm-swap,BTC-USD,1588291201099000,1588291201234268,5494,8629.3,8629.2,806\n"
    "huobi-dm-swap,BTC-USD,1588291201199000,1588291201334268,5495,8629.3,8629.2,806\n";
static const char TARDIS_SNAPSHOT[] =
    "exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,bids[0]."
    "amount,asks[1].price,asks[1].amount,bids[1].price,bids[1].amount\n"
    "binance-futures,BTCUSDT,1598918403696000,1598918403810979,11657.08,1.714,11657.07,10.896,"
    "11657.09,5.4,11656.97,0.2\n"
    "binance-futures,BTCUSDT,1598918403796000,1598918403910979,11657.08,1.714,11657.07,10.896,,,"
    "11656.97,0.2\n";
static const char TARDIS_TICKER[] =
    "exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,predicted_funding_"
    "rate,open_interest,last_price,index_price,mark_price\n"
    "bitmex,XBTUSD,1583020793145000,1583020793307160,1583020800000000,0.0001,0.00012,1000000,9500."
    "5,9500.0,9500.25\n"
    "bitmex,XBTUSD,1583020794145000,1583020794307160,1583020800000000,0.0001,0.00012,1000000,9500."
    "5,9500.0,9500.25\n"
    "bitmex,XBTUSD,1583020803145000,1583020803307160,1583049600000000,0.00012,,1000001,9500.5,,"
    "9500.30\n";
static const char TARDIS_LIQUIDATIONS[] =
    "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
    "bitmex,XBTUSD,1583020803145000,1583020803307160,,sell,8531.5,2152\n"
    "bitmex,XBTUSD,1583020805145000,1583020805307160,,buy,8540,7\n";
static const char OKX_TRADES[] = "instrument_name,trade_id,side,price,size,created_time,source\r\n"
                                 "BTC-USDT,1566502282,sell,104503.0,30.14,1748707200008,0\r\n"
                                 "BTC-USDT,1566502283,buy,104503.1,0.01,1748707200009,0\r\n";
static const char OKX_BOOK[] =
    "{\"instId\":\"BTC-USDT\",\"action\":\"snapshot\",\"ts\":\"1748707200001\",\"asks\":[["
    "\"104503.1\",\"5.5\",\"3\"]],\"bids\":[[\"104503\",\"1\",\"1\"],[\"104502.9\",\"2\",\"1\"]]}"
    "\n"
    "{\"instId\":\"BTC-USDT\",\"action\":\"update\",\"ts\":\"1748707200011\",\"asks\":[[\"104503."
    "1\",\"0\",\"0\"]],\"bids\":[]}\n";
static const char FOLDER_TRADES[] =
    "recv_ns,exch_ms,trade_id,price,qty,buyer_is_maker\n"
    "1723161255088176367,1723161256322,5266583935,61800.30,0.006,0\n"
    "1723161255088230567,1723161256344,5266583936,61800.30,0.199,1\n";
static const char FOLDER_QUOTES[] =
    "recv_ns,exch_ms,update_id,bid,bid_qty,ask,ask_qty\n"
    "1723161255088169167,1723161256313,5123107839020,61800.20,2.507,61800.30,2.510\n"
    "1723161255088181667,1723161256322,5123107840008,61800.20,2.507,61800.30,2.504\n";
static const char FOLDER_DEPTH[] =
    "recv_ns,exch_ms,first_update_id,last_update_id,prev_last_update_id,side,price,qty\n"
    "1723161255030314667,1723161256298,5123107832006,5123107837557,5123107831937,b,58710.20,0.014\n"
    "1723161255030314667,1723161256298,5123107832006,5123107837557,5123107831937,a,61510.90,0.000\n"
    "1723161255088156767,1723161256302,5123107837558,5123107837896,5123107837557,b,200.00,10.229\n";
static const char FOLDER_SNAPSHOT[] =
    "recv_ns,exch_ms,last_update_id,side,price,qty\n"
    "1723161255319702566,1723161256493,5123107852948,b,61800.20,2.909\n"
    "1723161255319702566,1723161256493,5123107852948,b,61800.10,0.696\n"
    "1723161255319702566,1723161256493,5123107852948,a,61800.30,20.004\n";
static const char FOLDER_AGG[] =
    "agg_id,price,qty,first_trade_id,last_trade_id,ts_ms,buyer_is_maker\n"
    "60953854,0.00000908,3591711.00,209942017,209942017,1729987202368,0\n"
    "60953855,0.00000907,28445331.00,209942018,209942018,1729987202940,1\n";

static const struct tick_sample tick_samples[] = {
    {"binance-aggTrades", "SOLUSDT-aggTrades-2026-01-01.csv", UM_AGG},
    {"binance-aggTrades", "PEPEUSDT-aggTrades-2024-10-27.csv", SPOT_AGG},
    {"binance-trades", "SOLUSDT-trades-2026-01-01.csv", UM_TRADES},
    {"binance-trades", "SOLUSDT-trades-2026-01-02.csv", SPOT_TRADES},
    {"binance-bookTicker", "DOGEUSDT-bookTicker-2024-02-15.csv", BOOK_TICKER},
    {"bybit-trades", "SOLUSDT2026-01-01.csv", BYBIT_TRADES},
    {"bybit-spot-trades", "SOLUSDT_2026-01-01.csv", BYBIT_SPOT},
    {"bybit-book", "2026-01-01_SOLUSDT_ob500.data", BYBIT_BOOK},
    {"tardis-trades", "bitmex_trades_2020-03-01_XBTUSD.csv", TARDIS_TRADES},
    {"tardis-book-L2", "deribit_incremental_book_L2_2020-04-01_BTC-PERPETUAL.csv", TARDIS_BOOK},
    {"tardis-quotes", "huobi-dm-swap_quotes_2020-05-01_BTC-USD.csv", TARDIS_QUOTES},
    {"tardis-book-snapshot", "binance-futures_book_snapshot_5_2020-09-01_BTCUSDT.csv",
     TARDIS_SNAPSHOT},
    {"tardis-ticker", "bitmex_derivative_ticker_2020-03-01_XBTUSD.csv", TARDIS_TICKER},
    {"tardis-liquidations", "bitmex_liquidations_2020-03-01_XBTUSD.csv", TARDIS_LIQUIDATIONS},
    {"okx-trades", "BTC-USDT-trades-2025-06-01.csv", OKX_TRADES},
    {"okx-book", "BTC-USDT-L2orderbook-400lv-2025-06-01.data", OKX_BOOK},
    {"cerberus-trades", "binance_usdm_BTCUSDT_20240808/trades.csv", FOLDER_TRADES},
    {"cerberus-quotes", "binance_usdm_BTCUSDT_20240808/book_ticker.csv", FOLDER_QUOTES},
    {"cerberus-depth", "binance_usdm_BTCUSDT_20240808/depth_updates.csv", FOLDER_DEPTH},
    {"cerberus-depth-snapshot", "binance_usdm_BTCUSDT_20240808/depth_snapshot.csv",
     FOLDER_SNAPSHOT},
    {"cerberus-aggtrades", "binance_spot_PEPEUSDT_aggtrades_20241027.csv", FOLDER_AGG},
};

#endif
