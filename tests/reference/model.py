#!/usr/bin/env python3
"""The slow, obvious reference model: computes every position of a finished run anew from the raw candles, marks and
funding and the run's recorded orders and settings, and compares with its fills, positions and ledger to the last unit.

usage: model.py RUN.db MANIFEST.json DATA_ROOT [--tiers FILE]
Written from the handbook alone (DESIGN 5, core/margin.h, PROTOCOLS D), in integers and fractions, with the standard
library. Prints each disagreement and a summary; exit 1 on any, 2 on what it does not model (no bars).
"""
import json
import re
import sqlite3
import sys
from decimal import Decimal
from fractions import Fraction as F

import market as markets
from venue import Account, Venue, run_all

SHOWN = 20  # disagreements printed per kind; all are counted


class Settings:
    """What of `runs.config` the venue rests on."""

    def __init__(self, config):
        self.latency_order = duration(config["sim.latency.order"])
        self.latency_response = duration(config["sim.latency.response"])
        self.spread, self.slippage, self.impact, self.participation = (
            ratio(config[key]) for key in ("sim.spread", "sim.slippage", "sim.impact", "sim.participation"))
        self.maker_fee, self.taker_fee, self.liquidation_fee = (
            ratio(config[key]) for key in ("sim.maker_fee", "sim.taker_fee", "sim.liquidation_fee"))
        self.intrabar = config["sim.intrabar"]
        self.limit_cross = config["sim.limit_fill"] == "cross"
        self.liquidation_step = config["sim.liquidation"] == "step"
        self.trigger_mark = config["sim.trigger"] == "mark"
        self.starting_balance = markets.scaled(str(config["sim.starting_balance"]), 8)
        self.isolated = config["position.margin_mode"] == "isolated"


def ratio(value):
    return markets.scaled(str(value), 9)


def duration(value):
    """Microseconds of "100ms", "1m30s", "0s"."""
    units = {"us": 1, "ms": 10**3, "s": 10**6, "m": 60 * 10**6, "h": 3600 * 10**6, "d": 86400 * 10**6,
             "w": 7 * 86400 * 10**6}
    total = F(0)
    for number, unit in re.findall(r"([0-9.]+) *(us|ms|s|m|h|d|w)", str(value)):
        total += F(Decimal(number)) * units[unit]
    return int(total)


class Report:
    def __init__(self):
        self.counts = {}

    def say(self, kind, text):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= SHOWN:
            print(f"{kind}: {text}")

    def compare(self, kind, name, fields, ours, theirs):
        different = [f"{f} {theirs[f]} in the run, {ours[f]} here" for f in fields if ours[f] != theirs[f]]
        if different:
            self.say(kind, f"{name}: " + "; ".join(different))

    def total(self):
        return sum(self.counts.values())


FILL_FIELDS = ("order_id", "side", "price_e12", "size_e6", "fee_e8", "liquidity", "kind", "timestamp")


def compare_fills(report, symbol, ours, theirs):
    for number, (mine, row) in enumerate(zip(ours, theirs), 1):
        report.compare("fill", f"{symbol} fill {number} (id {row['id']})", FILL_FIELDS, mine, row)
    for mine in ours[len(theirs):]:
        report.say("fill", f"{symbol}: only here: {mine}")
    for row in theirs[len(ours):]:
        report.say("fill", f"{symbol}: only in the run: {dict(row)}")


POSITION_FIELDS = ("side", "leverage", "size_e6", "cost_e8", "margin_e8", "realised_pnl_e8", "fees_e8", "funding_e8",
                   "pnl_e8", "liquidation_price_e12", "status", "exit_reason", "opened_at", "closed_at",
                   "max_favourable_e8", "max_adverse_e8")


def position_row(p, mark):
    """The row that the run should have written."""
    is_open = p.closed is None
    row = {"side": "long" if p.is_long else "short", "leverage": p.leverage, "opened_at": p.opened,
           "size_e6": p.size if is_open else p.size_total, "cost_e8": p.cost_total,
           "margin_e8": p.margin if is_open else p.margin_peak, "realised_pnl_e8": p.realised, "fees_e8": p.fees,
           "funding_e8": p.funding, "pnl_e8": p.realised - p.fees + p.funding,
           "liquidation_price_e12": p.liquidation, "status": p.status, "exit_reason": p.exit, "closed_at": p.closed,
           "max_favourable_e8": p.best, "max_adverse_e8": p.worst}
    if is_open:
        value = F(mark * p.size, 10**10)
        open_pnl = value.__floor__() - p.cost if p.is_long else p.cost - value.__ceil__()
        row["pnl_e8"] += open_pnl
    return row


def compare_positions(report, symbol, venue, theirs, ledger):
    # A cross position dies at a price that moves with all marks: which of them was written last is the core's affair.
    fields = [field for field in POSITION_FIELDS if not (venue.account and field == "liquidation_price_e12")]
    for mine, row in zip(venue.positions, theirs):
        name = f"{symbol} position {row['id']}"
        report.compare("position", name, fields, position_row(mine, venue.mark), row)
        compare_ledger(report, name, mine, ledger.get(row["id"], []))
    if len(venue.positions) != len(theirs):
        report.say("position", f"{symbol}: {len(theirs)} in the run, {len(venue.positions)} here")


def compare_ledger(report, name, position, postings):
    """Wallet postings by instant: what a fill moved (price and fee) and what a settlement paid."""
    ours, theirs = {}, {}
    for kind, time_us, amount in position.postings:
        ours[kind, time_us] = ours.get((kind, time_us), 0) + amount
    for row in postings:
        key = ("funding" if row["kind"] == "funding" else "fill", row["timestamp"])
        theirs[key] = theirs.get(key, 0) + row["amount_e8"]
    for key in sorted(set(ours) | set(theirs)):
        if ours.get(key, 0) != theirs.get(key, 0):
            report.say("ledger", f"{name}: {key[0]} at {key[1]}: {theirs.get(key, 0)} in the run, "
                                 f"{ours.get(key, 0)} here")


def compare_orders(report, symbol, venue, latency):
    """What became of each order, and when the run heard of it."""
    for order in venue.orders:
        row = order.row
        name = f"{symbol} order {row['id']} ({row['type']})"
        if order.filled != row["filled_e6"]:
            report.say("order", f"{name}: filled {row['filled_e6']} in the run, {order.filled} here")
        if order.ended is not None:
            state, reason, time_us = order.ended
            if (row["state"], row["reason"], row["ended_at"]) != (state, reason, time_us + latency):
                report.say("order", f"{name}: {row['state']} {row['reason']} heard at {row['ended_at']} in the run, "
                                    f"{state} {reason} at {time_us + latency} here")


def compare_wallet(report, connection, settings, venues):
    wallet = settings.starting_balance
    for venue in venues:
        wallet += sum(p.realised - p.fees + p.funding for p in venue.positions)
    posted = connection.execute("SELECT coalesce(sum(amount_e8), 0) FROM ledger WHERE account = 'wallet'").fetchone()[0]
    if posted != wallet:
        report.say("wallet", f"{posted} in the run, {wallet} here")
    return wallet


def rules_agree(report, facts, market):
    """Tick and lot by the documented default, against what the run says it used."""
    for row in facts.get("symbols", []):
        if row.get("symbol") == market.symbol:
            tick, lot = markets.scaled(row["tick"], 12), markets.scaled(row["lot"], 6)
            if (tick, lot) != (market.tick, market.lot):
                report.say("rules", f"{market.symbol}: tick {tick}, lot {lot} in the run, "
                                    f"{market.tick}, {market.lot} here")


def venue_of(connection, settings, market):
    orders = connection.execute(
        "SELECT * FROM orders WHERE token = ? AND sent_at IS NOT NULL AND state NOT IN ('REJECTED', 'NOT_SENT', 'ABSENT') "
        "ORDER BY id", (market.symbol,)).fetchall()
    return Venue(market, settings, orders)


def run_venues(settings, venues):
    """Isolated margin: each symbol for itself; cross: all of them on one wallet."""
    if settings.isolated:
        for venue in venues:
            venue.run()
    else:
        Account(venues, settings.starting_balance)
        run_all(venues)


def judge_symbol(report, connection, settings, facts, venue, ledger):
    market = venue.market
    rules_agree(report, facts, market)
    fills = connection.execute("SELECT * FROM fills WHERE token = ? ORDER BY trade_id", (market.symbol,)).fetchall()
    positions = connection.execute("SELECT * FROM positions WHERE token = ? AND opened_at IS NOT NULL "
                                   "ORDER BY opened_at, id", (market.symbol,)).fetchall()
    compare_fills(report, market.symbol, venue.fills, fills)
    compare_positions(report, market.symbol, venue, positions, ledger)
    compare_orders(report, market.symbol, venue, settings.latency_response)


def ledger_by_position(connection):
    postings = {}
    for row in connection.execute("SELECT * FROM ledger WHERE account = 'wallet' AND position_id IS NOT NULL"):
        postings.setdefault(row["position_id"], []).append(row)
    return postings


def main(arguments):
    tiers = None
    if "--tiers" in arguments:
        at = arguments.index("--tiers")
        tiers = arguments[at + 1]
        arguments = arguments[:at] + arguments[at + 2:]
    if len(arguments) != 3:
        print(__doc__)
        return 2
    database, manifest, root = arguments
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    run = connection.execute("SELECT * FROM runs").fetchone()
    settings = Settings(json.loads(run["config"], parse_float=str))
    tokens = {row[0] for row in connection.execute("SELECT DISTINCT token FROM orders")}
    facts = json.loads(run["facts"] or "{}")
    report = Report()
    ledger = ledger_by_position(connection)
    loaded = markets.load(manifest, root, tokens, tiers)
    for token in sorted(tokens - set(loaded)):
        report.say("market", f"{token} has no candles in the manifest")
    venues = [venue_of(connection, settings, loaded[symbol]) for symbol in sorted(loaded)]
    run_venues(settings, venues)
    for venue in venues:
        judge_symbol(report, connection, settings, facts, venue, ledger)
    wallet = compare_wallet(report, connection, settings, venues)
    positions = sum(len(venue.positions) for venue in venues)
    liquidated = sum(p.status == "liquidated" for venue in venues for p in venue.positions)
    print(f"{len(venues)} symbols, {sum(len(v.orders) for v in venues)} orders, {sum(len(v.fills) for v in venues)} fills, "
          f"{positions} positions ({liquidated} liquidated), {sum(v.counts['fundings'] for v in venues)} settlements, "
          f"wallet {wallet}; disagreements: {report.total()} "
          + (", ".join(f"{kind} {count}" for kind, count in sorted(report.counts.items())) or "none"))
    return 1 if report.total() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
