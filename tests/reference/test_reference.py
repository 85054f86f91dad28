#!/usr/bin/env python3
"""The reference model itself: the worked numbers of the handbook, and positions small enough to be computed by hand."""
import unittest
from types import SimpleNamespace

import books
import market
from books import Tier
from venue import Account, Position, Venue

USD = 10**8
PRICE = 10**12
UNIT = 10**6
HOUR = 3600 * 10**6

DOGE = [Tier(0, 80000 * USD, 6500000, 0, 75), Tier(80000 * USD, 150000 * USD, 10000000, 280 * USD, 50)]
PEPE = [Tier(0, 20000 * USD, 6500000, 0, 75), Tier(20000 * USD, 200000 * USD, 10000000, 70 * USD, 50),
        Tier(200000 * USD, 300000 * USD, 15000000, 1070 * USD, 40),
        Tier(300000 * USD, 1500000 * USD, 20000000, 2570 * USD, 25)]


class Books(unittest.TestCase):
    def near(self, price, printed, decimals):
        self.assertLessEqual(abs(price - market.scaled(printed, 12)) * 2, 10 ** (12 - decimals))

    def test_d2_1(self):
        self.near(books.liquidation_price(DOGE, True, 100000 * UNIT, 20000 * USD, 2000 * USD), "0.18117765", 8)
        self.near(books.liquidation_price(DOGE, False, 100000 * UNIT, 20000 * USD, 2000 * USD), "0.21857923", 8)

    def test_d2_2(self):
        self.near(books.liquidation_price(PEPE, True, 30000000 * UNIT, 300000 * USD, 15000 * USD), "0.00960846024", 11)

    def test_d2_3_the_bracket_at_the_price(self):
        self.near(books.liquidation_price(PEPE, False, 20000000 * UNIT, 200000 * USD, 12000 * USD), "0.01049605911", 11)

    def test_none(self):
        self.assertEqual(books.liquidation_price(DOGE, True, UNIT, 10 * USD, 10 * USD), 0)

    def test_d4(self):
        self.assertEqual(books.funding(True, 100000 * UNIT, PRICE // 5, 10**12), -2 * USD)
        self.assertEqual(books.funding(False, 100000 * UNIT, PRICE // 5, 10**12), 2 * USD)
        self.assertEqual(books.funding(True, UNIT, PRICE, 1), -1)
        self.assertEqual(books.funding(False, UNIT, PRICE, 1), 0)

    def test_step_down(self):
        tiers = DOGE + [Tier(150000 * USD, 750000 * USD, 12500000, 655 * USD, 40)]
        self.assertEqual(books.step_down(tiers, 1000000 * UNIT, 160000000000, UNIT), 62500 * UNIT)
        self.assertEqual(books.step_down(tiers, 500000 * UNIT, 160000000000, UNIT), 500000 * UNIT)

    def test_text_to_integer(self):
        self.assertEqual(market.scaled("1.8998e-05", 12), 18998000)
        self.assertEqual(market.scaled("-0.5", 3), -500)
        self.assertEqual(market.scaled(".25", 3), 250)
        self.assertRaises(ValueError, market.scaled, "0.0001", 3)
        self.assertRaises(ValueError, market.scaled, "nan", 3)
        self.assertEqual(market.cut("1.99999999", 6), 1999999)
        self.assertEqual(market.lot_of(PRICE // 5), UNIT)
        self.assertEqual(market.lot_of(3 * PRICE // 100), 10 * UNIT)
        self.assertEqual(market.lot_of(50000 * PRICE), 10)


def bars(*rows):
    names = ("open", "high", "low", "close")
    return [market.Bar(dict(zip(names, row.split()), ts_ms=str(i * 3600000)), HOUR) for i, row in enumerate(rows)]


def settings(**changes):
    base = dict(latency_order=0, latency_response=0, spread=100000, slippage=100000, impact=0, participation=0,
                maker_fee=200000, taker_fee=500000, liquidation_fee=12500000, intrabar="adaptive", limit_cross=True,
                liquidation_step=True, trigger_mark=True)
    return SimpleNamespace(**{**base, **changes})


def order(number, **changes):
    base = dict(id=number, side="buy", type="market", time_in_force="GTC", reduce_only=0, close_position=0, price_e12=None,
                trigger_e12=None, callback_e9=None, size_e6=10 * UNIT, leverage=10, state="FILLED", reason=None,
                sent_at=1, ended_at=None, expires_at=None, trigger_by="mark", exit_reason=None)
    return {**base, **changes}


def stop(number, trigger, **changes):
    return order(number, type="stop_market", side="sell", close_position=1, size_e6=0, trigger_e12=trigger,
                 exit_reason="stop", sent_at=2, **changes)


def run(path, orders, changes=None, rates=()):
    world = market.Market("X", path, [], list(rates))
    world.tick, world.lot = PRICE // 100, UNIT
    world.tiers = [Tier(0, 10**17, 5000000, 0, 125)]
    venue = Venue(world, settings(**(changes or {})), orders)
    venue.run()
    return venue


class Positions(unittest.TestCase):
    """10 units bought at 100.02: cost 1,000.20, fee 0.5001, margin 100.02, bankrupt at 90.018."""

    def test_a_stop_fires_before_the_liquidation_price(self):
        venue = run(bars("100 101 99 100", "100 102 90 95"), [order(1), stop(2, 95 * PRICE)])
        position = venue.positions[0]
        # (1,000.20 - 100.02) / (10 x 0.995)
        self.assertEqual(position.liquidation, 90470351758794)
        # 95 x 0.9998 = 94.981, down to the tick; on the way from the high at 2/3 of the bar.
        self.assertEqual(venue.fills[1]["price_e12"], 9498 * PRICE // 100)
        self.assertEqual(venue.fills[1]["timestamp"], HOUR + HOUR * 2 // 3)
        self.assertEqual(position.realised, -5040 * USD // 100)
        self.assertEqual(position.fees, 50010000 + 47490000)
        self.assertEqual((position.status, position.exit), ("closed", "stop"))

    def test_a_liquidation_never_costs_more_than_the_margin(self):
        venue = run(bars("100 101 99 100", "100 102 90 95"), [order(1)])
        position = venue.positions[0]
        # Mark 90.4703..., less 2 bp: 90.4522..., to the tick 90.45; the fee of 11.7585 is cut to 100.02 - 95.70 = 4.32.
        self.assertEqual(venue.fills[1]["price_e12"], 9045 * PRICE // 100)
        self.assertEqual(venue.fills[1]["fee_e8"], 432 * USD // 100)
        self.assertEqual(position.realised - venue.fills[1]["fee_e8"], -10002 * USD // 100)
        self.assertEqual(position.status, "liquidated")

    def test_a_gap_beyond_bankruptcy_ends_at_bankruptcy(self):
        venue = run(bars("100 101 99 100", "85 86 84 85"), [order(1), stop(2, 95 * PRICE)])
        self.assertEqual(venue.fills[1]["price_e12"], 90018 * PRICE // 1000)
        self.assertEqual(venue.fills[1]["fee_e8"], 0)
        self.assertEqual(venue.fills[1]["timestamp"], HOUR)
        self.assertEqual(venue.orders[1].ended, ("CANCELED", "liquidation", HOUR))

    def test_a_gapped_stop_fills_at_the_open(self):
        venue = run(bars("100 101 99 100", "93 94 92 93"), [order(1), stop(2, 95 * PRICE)])
        # 93 x 0.9998 = 92.9814
        self.assertEqual(venue.fills[1]["price_e12"], 9298 * PRICE // 100)
        self.assertEqual(venue.fills[1]["timestamp"], HOUR)

    def test_stop_and_target_in_one_bar_by_the_path(self):
        target = order(3, type="take_profit_market", side="sell", close_position=1, size_e6=0, trigger_e12=104 * PRICE,
                       exit_reason="take_profit", sent_at=2)
        path = bars("100 101 99 100", "100 105 94 100")
        nearer_high = run(path, [order(1), stop(2, 95 * PRICE), target])
        self.assertEqual(nearer_high.positions[0].exit, "take_profit")
        worst = run(path, [order(1), stop(2, 95 * PRICE), target], {"intrabar": "worst"})
        self.assertEqual(worst.positions[0].exit, "stop")
        best = run(bars("100 101 99 100", "100 106 95 100"), [order(1), stop(2, 95 * PRICE), target], {"intrabar": "best"})
        self.assertEqual(best.positions[0].exit, "take_profit")

    def test_funding_moves_margin_and_liquidation_price(self):
        venue = run(bars("100 101 99 100", "100 101 99 100"), [order(1)], rates=[(HOUR, 10**13), (HOUR + 1, -10**13)])
        # 10 x 100 x 0.001 = 1.00 paid, then received.
        position = venue.positions[0]
        self.assertEqual([p for p in position.postings if p[0] == "funding"],
                         [("funding", HOUR, -USD), ("funding", HOUR + 1, USD)])
        self.assertEqual((position.funding, position.margin), (0, 10002 * USD // 100))

    def test_a_limit_fills_only_when_the_price_goes_beyond(self):
        limit = order(1, type="limit", price_e12=99 * PRICE)
        self.assertEqual(run(bars("100 101 99 100"), [dict(limit)]).fills, [])
        touched = run(bars("100 101 99 100"), [dict(limit)], {"limit_cross": False}).fills
        self.assertEqual((touched[0]["price_e12"], touched[0]["liquidity"]), (99 * PRICE, "maker"))
        crossed = run(bars("100 101 98 100"), [dict(limit)]).fills
        self.assertEqual((crossed[0]["price_e12"], crossed[0]["fee_e8"]), (99 * PRICE, 990 * 20000))

    def test_an_entry_takes_its_share_of_the_volume(self):
        path = bars("100 101 99 100")
        path[0].volume = 80 * UNIT  # 20 a point, a quarter of it is ours: 5
        venue = run(path, [order(1)], {"participation": 25 * 10**7, "impact": 10**8})
        self.assertEqual(venue.fills[0]["size_e6"], 5 * UNIT)
        # 2 bp + 10 % of a quarter: 102.52
        self.assertEqual(venue.fills[0]["price_e12"], 10252 * PRICE // 100)
        self.assertEqual(venue.orders[0].ended[:2], ("CANCELED", "liquidity"))


def held(symbol, tiers, is_long, size, cost, mark):
    """A venue with one position and a mark, without a path."""
    venue = Venue(market.Market(symbol, [], [], []), settings(), [])
    venue.market.tiers, venue.market.tick = tiers, 1
    venue.mark = mark
    venue.position = Position("buy" if is_long else "sell", 10, 0)
    venue.position.size, venue.position.cost = size, cost
    venue.positions.append(venue.position)
    return venue


class Cross(unittest.TestCase):
    def test_d2_4_another_position_stands_before(self):
        btc = held("BTC", [Tier(0, 300000 * USD, 4000000, 0, 150)], True, UNIT // 2, 30000 * USD, 59000 * PRICE)
        doge = held("DOGE", DOGE, True, 100000 * UNIT, 20000 * USD, PRICE // 5)
        account = Account([btc, doge], 5000 * USD)
        # 5000 - 500, less the 118 that BTC must keep
        self.assertEqual(account.balance(doge), 4500 * USD)
        self.assertEqual(account.behind(doge), 4382 * USD)
        self.assertLessEqual(abs(doge.level() - market.scaled("0.15720181", 12)), 5000)
        self.assertFalse(doge.doomed())
        doge.mark = doge.level()
        self.assertTrue(doge.doomed())
        doge.mark -= 1
        self.assertTrue(btc.doomed())  # one condition of the whole account


if __name__ == "__main__":
    unittest.main()
