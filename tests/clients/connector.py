"""connector.py - binance-futures-connector, unmodified, against the server: REST, listen keys, streams."""
import json
import queue
import time

from calls import KEY, PATIENCE, SECRET, Calls, market_clock

market_clock()

from binance.um_futures import UMFutures  # noqa: E402 pylint: disable=wrong-import-position
from binance.websocket.um_futures.websocket_client import UMFuturesWebsocketClient  # noqa: E402 pylint: disable=wrong-import-position

S = "DOGEUSDT"
calls = Calls("binance-futures-connector")
call = calls.call
client = UMFutures(key=KEY, secret=SECRET)


def stream(name, subscribe, wanted):
    """Subscribes, and waits for the first event that is wanted."""
    events = queue.Queue()
    socket = UMFuturesWebsocketClient(on_message=lambda _, text: events.put(json.loads(text)))
    try:
        subscribe(socket)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if wanted(events.get(timeout=0.5)):
                    calls.say(name)
                    return
            except queue.Empty:
                pass
        calls.say(name, f"nothing came in {PATIENCE} s")
    except Exception as error:  # pylint: disable=broad-except
        calls.say(name, f"{type(error).__name__}: {error}")
    finally:
        socket.stop()


def market():
    call("ping", client.ping)
    call("time", client.time)
    call("exchange_info", client.exchange_info, lambda a: S in [s["symbol"] for s in a["symbols"]])
    call("depth", lambda: client.depth(S, limit=20), lambda a: a["bids"] and a["asks"])
    call("trades", lambda: client.trades(S))
    call("agg_trades", lambda: client.agg_trades(S))
    call("klines", lambda: client.klines(S, "1m", limit=50), lambda a: len(a) == 50)
    call("mark_price_klines", lambda: client.mark_price_klines(S, "1m", limit=5), lambda a: len(a) == 5)
    call("mark_price", lambda: client.mark_price(S), lambda a: float(a["markPrice"]) > 0)
    call("funding_rate", lambda: client.funding_rate(S), lambda a: len(a) > 0)
    call("ticker_24hr_price_change", lambda: client.ticker_24hr_price_change(S))
    call("book_ticker", lambda: client.book_ticker(S))
    return float(call("ticker_price", lambda: client.ticker_price(S))["price"])


def settings():
    call("balance", client.balance, lambda a: any(row["asset"] == "USDT" for row in a))
    call("account", client.account)
    call("get_position_mode", client.get_position_mode, lambda a: a["dualSidePosition"] is False)
    call("get_multi_asset_mode", client.get_multi_asset_mode)
    call("change_leverage", lambda: client.change_leverage(S, 5), lambda a: a["leverage"] == 5)
    call("change_margin_type CROSSED", lambda: client.change_margin_type(S, "CROSSED"))
    call("change_margin_type ISOLATED", lambda: client.change_margin_type(S, "ISOLATED"))
    calls.refused("change_margin_type again is -4046", lambda: client.change_margin_type(S, "ISOLATED"), -4046)
    call("leverage_brackets", lambda: client.leverage_brackets(symbol=S))
    call("commission_rate", lambda: client.commission_rate(S))


def orders(price):
    low = f"{price * 0.97:.5f}"
    placed = call("new_order LIMIT", lambda: client.new_order(
        symbol=S, side="BUY", type="LIMIT", timeInForce="GTC", quantity=1000, price=low), lambda a: a["status"] == "NEW")
    number = (placed or {}).get("orderId", 0)
    call("get_orders", lambda: client.get_orders(symbol=S), lambda a: len(a) == 1)
    call("get_open_orders", lambda: client.get_open_orders(S, orderId=number), lambda a: a["orderId"] == number)
    call("modify_order", lambda: client.modify_order(symbol=S, side="BUY", orderId=number, quantity=1100, price=low),
         lambda a: float(a["origQty"]) == 1100)
    call("query_order", lambda: client.query_order(S, orderId=number), lambda a: float(a["origQty"]) == 1100)
    call("cancel_order", lambda: client.cancel_order(S, orderId=number), lambda a: a["status"] == "CANCELED")
    call("new_order MARKET", lambda: client.new_order(
        symbol=S, side="BUY", type="MARKET", quantity=1000, newOrderRespType="RESULT"), lambda a: a["status"] == "FILLED")
    call("get_position_risk", lambda: client.get_position_risk(symbol=S), lambda a: float(a[0]["positionAmt"]) == 1000)
    calls.refused("new_order STOP_MARKET is -4120", lambda: client.new_order(
        symbol=S, side="SELL", type="STOP_MARKET", stopPrice=low, closePosition="true"), -4120)
    call("modify_isolated_position_margin", lambda: client.modify_isolated_position_margin(S, 2, 1))
    call("new_order MARKET reduceOnly", lambda: client.new_order(
        symbol=S, side="SELL", type="MARKET", quantity=1000, reduceOnly="true"))
    call("get_all_orders", lambda: client.get_all_orders(S), lambda a: len(a) == 3)
    call("get_account_trades", lambda: client.get_account_trades(symbol=S), lambda a: len(a) >= 2)
    call("get_income_history", client.get_income_history, lambda a: len(a) >= 2)
    call("cancel_open_orders", lambda: client.cancel_open_orders(S))


def streams():
    lower = S.lower()
    stream("stream agg_trade", lambda s: s.agg_trade(lower), lambda e: e.get("e") == "aggTrade")
    stream("stream mark_price", lambda s: s.mark_price(lower, 1), lambda e: e.get("e") == "markPriceUpdate")
    stream("stream kline", lambda s: s.kline(lower, "1m"), lambda e: e.get("e") == "kline")
    stream("stream book_ticker", lambda s: s.book_ticker(lower), lambda e: e.get("e") == "bookTicker")
    stream("stream diff_book_depth", lambda s: s.diff_book_depth(lower), lambda e: e.get("e") == "depthUpdate")
    key = (call("new_listen_key", client.new_listen_key) or {}).get("listenKey", "")

    def trade(socket):
        socket.user_data(key)
        time.sleep(1)
        for side in ("BUY", "SELL"):
            client.new_order(symbol=S, side=side, type="MARKET", quantity=1000)

    stream("stream user_data", trade, lambda e: e.get("e") == "ORDER_TRADE_UPDATE" and e["o"]["X"] == "FILLED")
    call("renew_listen_key", lambda: client.renew_listen_key(key))
    call("close_listen_key", lambda: client.close_listen_key(key))


last = market()
settings()
orders(last)
streams()
calls.finish()
