"""ccxt_python.py - ccxt of Python, unmodified, against the server: REST, then the streams of ccxt.pro."""
import asyncio
import os

import ccxt
import ccxt.pro
from calls import KEY, PATIENCE, SECRET, Calls

S = "DOGE/USDT:USDT"
# The client keeps its distance to the venue's clock, which here runs RATE times as fast: it is measured anew for each part.
OPTIONS = {"apiKey": KEY, "secret": SECRET, "requests_trust_env": True, "cafile": os.environ["SSL_CERT_FILE"],
           "options": {"adjustForTimeDifference": True, "recvWindow": 60000}}
calls = Calls("ccxt-python")
call = calls.call
client = ccxt.binanceusdm(OPTIONS)


def market():
    call("load_time_difference", client.load_time_difference)
    call("load_markets", client.load_markets, lambda a: S in a)
    call("fetch_order_book", lambda: client.fetch_order_book(S, 20), lambda a: a["bids"][0][0] < a["asks"][0][0])
    call("fetch_tickers", lambda: client.fetch_tickers([S]), lambda a: S in a)
    call("fetch_bids_asks", lambda: client.fetch_bids_asks([S]), lambda a: S in a)
    call("fetch_trades", lambda: client.fetch_trades(S))
    call("fetch_ohlcv", lambda: client.fetch_ohlcv(S, "1m", limit=50), lambda a: len(a) == 50)
    call("fetch_funding_rate", lambda: client.fetch_funding_rate(S), lambda a: a["markPrice"] > 0)
    call("fetch_funding_rate_history", lambda: client.fetch_funding_rate_history(S), lambda a: len(a) > 0)
    call("fetch_leverage_tiers", lambda: client.fetch_leverage_tiers([S]), lambda a: len(a[S]) > 0)
    return call("fetch_ticker", lambda: client.fetch_ticker(S))["last"]


def account():
    client.load_time_difference()
    call("fetch_balance", client.fetch_balance, lambda a: a["USDT"]["total"] > 0)
    call("set_leverage", lambda: client.set_leverage(4, S), lambda a: int(a["leverage"]) == 4)
    call("set_margin_mode cross", lambda: client.set_margin_mode("cross", S))
    call("set_margin_mode isolated", lambda: client.set_margin_mode("isolated", S))
    call("fetch_leverages", lambda: client.fetch_leverages([S]))
    call("fetch_trading_fee", lambda: client.fetch_trading_fee(S))


def orders(price):
    low = price * 0.97
    client.load_time_difference()
    placed = call("create_order limit", lambda: client.create_order(S, "limit", "buy", 1000, low),
                  lambda a: a["status"] == "open")
    number = (placed or {}).get("id")
    call("fetch_open_orders", lambda: client.fetch_open_orders(S), lambda a: [o["id"] for o in a] == [number])
    edited = call("edit_order", lambda: client.edit_order(number, S, "limit", "buy", 1200, low), lambda a: a["amount"] == 1200)
    number = (edited or {}).get("id", number)
    call("fetch_order", lambda: client.fetch_order(number, S), lambda a: a["amount"] == 1200)
    call("cancel_order", lambda: client.cancel_order(number, S), lambda a: a["status"] == "canceled")
    call("create_order market", lambda: client.create_order(S, "market", "buy", 1000), lambda a: a["filled"] == 1000)
    call("fetch_positions", lambda: client.fetch_positions([S]), lambda a: a[0]["contracts"] == 1000)
    stop = call("create_order stop", lambda: client.create_order(
        S, "market", "sell", 1000, None, {"stopLossPrice": low, "reduceOnly": True}))
    trigger = {"trigger": True}
    stop_id = (stop or {}).get("id")
    call("fetch_open_orders stop", lambda: client.fetch_open_orders(S, params=trigger), lambda a: stop_id in [o["id"] for o in a])
    call("cancel_order stop", lambda: client.cancel_order(stop_id, S, trigger))
    call("add_margin", lambda: client.add_margin(S, 1))
    call("create_order reduceOnly", lambda: client.create_order(S, "market", "sell", 1000, None, {"reduceOnly": True}))
    call("fetch_orders", lambda: client.fetch_orders(S), lambda a: len(a) >= 3)
    call("fetch_my_trades", lambda: client.fetch_my_trades(S), lambda a: len(a) >= 2)
    call("fetch_ledger", lambda: client.fetch_ledger("USDT"), lambda a: len(a) >= 2)
    call("fetch_funding_history", lambda: client.fetch_funding_history(S), lambda a: isinstance(a, list))
    call("cancel_all_orders", lambda: client.cancel_all_orders(S))


async def streams():
    pro = ccxt.pro.binanceusdm(OPTIONS)

    async def watch(name, make, holds=lambda answer: answer is not None):
        try:
            answer = await asyncio.wait_for(make(), PATIENCE)
            calls.say(name, None if holds(answer) else f"gives {str(answer)[:300]}")
        except Exception as error:  # pylint: disable=broad-except
            calls.say(name, f"{type(error).__name__}: {str(error)[:400]}")

    async def watch_orders():
        waiting = asyncio.ensure_future(pro.watch_orders(S))
        await asyncio.sleep(2)
        await pro.load_time_difference()
        await pro.create_order(S, "market", "buy", 1000)
        await pro.create_order(S, "market", "sell", 1000)
        return await waiting

    await pro.load_time_difference()
    await pro.load_markets()
    await watch("watch_orders", watch_orders)
    await asyncio.gather(
        watch("watch_ticker", lambda: pro.watch_ticker(S)),
        watch("watch_trades", lambda: pro.watch_trades(S)),
        watch("watch_order_book", lambda: pro.watch_order_book(S), lambda a: a["bids"][0][0] < a["asks"][0][0]),
        watch("watch_ohlcv", lambda: pro.watch_ohlcv(S, "1m")),
        watch("watch_mark_price", lambda: pro.watch_mark_price(S)))
    await pro.close()


last = market()
account()
orders(last)
asyncio.run(streams())
calls.finish()
