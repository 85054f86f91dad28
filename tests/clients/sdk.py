"""sdk.py - binance-sdk-derivatives-trading-usds-futures, the connector's successor, unmodified: a stop at the algo service."""
from calls import KEY, SECRET, Calls, market_clock

market_clock()

from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import (  # noqa: E402 pylint: disable=wrong-import-position
    ConfigurationRestAPI, DerivativesTradingUsdsFutures)

S = "DOGEUSDT"
calls = Calls("binance-sdk")
rest = DerivativesTradingUsdsFutures(config_rest_api=ConfigurationRestAPI(api_key=KEY, api_secret=SECRET)).rest_api


def call(name, make, holds=lambda answer: answer is not None):
    return calls.call(name, lambda: make().data(), holds)


call("exchange_information", rest.exchange_information, lambda a: S in [s.symbol for s in a.symbols])
call("futures_account_balance_v3", rest.futures_account_balance_v3, lambda a: len(a) > 0)
call("change_initial_leverage", lambda: rest.change_initial_leverage(symbol=S, leverage=5), lambda a: a.leverage == 5)
call("new_order MARKET", lambda: rest.new_order(symbol=S, side="BUY", type="MARKET", quantity=1000))
call("position_information_v3", rest.position_information_v3,
     lambda a: [float(p.position_amt) for p in a if p.symbol == S] == [1000])
stop = call("new_algo_order STOP_MARKET", lambda: rest.new_algo_order(
    algo_type="CONDITIONAL", symbol=S, side="SELL", type="STOP_MARKET", trigger_price=0.02, close_position="true",
    working_type="MARK_PRICE"), lambda a: a.algo_id is not None)
number = stop.algo_id if stop is not None else 0
call("current_all_algo_open_orders", rest.current_all_algo_open_orders, lambda a: [o.algo_id for o in a] == [number])
call("query_algo_order", lambda: rest.query_algo_order(algo_id=number), lambda a: a.algo_status == "NEW")
call("cancel_algo_order", lambda: rest.cancel_algo_order(algo_id=number))
call("query_algo_order after it", lambda: rest.query_algo_order(algo_id=number), lambda a: a.algo_status == "CANCELED")
call("new_order reduceOnly", lambda: rest.new_order(symbol=S, side="SELL", type="MARKET", quantity=1000, reduce_only="true"))
call("get_income_history", rest.get_income_history, lambda a: len(a) > 0)
calls.finish()
