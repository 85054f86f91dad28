#!/usr/bin/env python3
"""Small random worlds, wilder than any real market: each is run by cerberus-sim and computed anew by model.py.

usage: worlds.py CERBERUS_SIM [--seed N] [--count N] [--keep]
Gaps beyond bankruptcy, funding of several percent, marks that leave the last price, tiny brackets, thin volume, every
order type and random settings. A world that disagrees is kept and named with its seed; exit 1. --keep keeps all.
The alarm itself is tested: one fee of the first good world is moved by 1e-8 and must be found, and some world must have
seen a liquidation and some a step-down, else exit 1.
"""
import csv
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
START_MS = 1735689600000
STEP_MS = 900000
BARS = 300

OPEN_GATES = {  # what would otherwise keep such a market from being traded at all
    "breaker.day_loss.trip": 1, "breaker.rolling_loss.trip": 1, "breaker.week_loss.trip": 1, "breaker.month_loss.trip": 1,
    "breaker.drawdown.trip": 1, "breaker.drawdown.lock": 1, "breaker.velocity_5m.trip": 1, "breaker.velocity_1h.trip": 1,
    "breaker.liquidation.reduce": 1, "breaker.liquidation.flatten": 1, "breaker.flatten_on_loss_trip": "false",
    "breaker.shock.return": 1, "breaker.shock.sigma": 1000, "breaker.divergence": 1, "breaker.funding.spike": 1,
    "breaker.fill_quality.factor": 100, "breaker.rejects.share": 1, "breaker.losses.count": 1000,
    "risk.distance_factor": 1, "risk.slippage": 0, "risk.funding_expected": 0, "risk.c7.divergence": 1,
    "risk.c9.move": 1, "risk.c15.positions": 50, "risk.c15.positions_side": 50, "risk.c13.gross": 100,
    "risk.c13.net": 100, "risk.c17.heat": 1, "risk.c14.cluster": 100, "risk.per_trade": "0.01", "risk.c19.free": 0,
    "risk.c20.flatten": 1, "risk.c20.reduce": 1, "risk.c20.warn": 1, "risk.c22.funding": 1, "risk.c5.share": 10,
    "risk.c4.volume_share": 1000, "risk.c6.collar": 1, "risk.c8.slippage": 1, "risk.c26.day": 100000, "risk.c27.day": 100000,
    "risk.c27.executions": 100000, "risk.c30.rejects": 1000, "risk.leverage_account_max": 125,
}


def settings_of(rng, mode):
    settings = drawn_settings(rng, mode)
    # Excursions are judged at the prices that a position has met: prices travel as long as fills.
    settings["sim.latency.feed"] = settings["sim.latency.response"]
    return settings


def drawn_settings(rng, mode):
    return {
        **OPEN_GATES,
        "sim.intrabar": rng.choice(["adaptive", "best", "worst"]),
        "sim.trigger": rng.choice(["mark", "last"]),
        "sim.limit_fill": rng.choice(["cross", "touch"]),
        "sim.liquidation": rng.choice(["step", "step", "whole"]),
        "sim.participation": rng.choice(["0", "0.001", "0.25", "1"]),
        "sim.impact": rng.choice(["0", "0.1", "2"]),
        "sim.spread": rng.choice(["0", "0.0001", "0.003"]),
        "sim.slippage": rng.choice(["0", "0.0001", "0.002"]),
        "sim.latency.order": rng.choice(["0s", "100ms", "5m"]),
        "sim.latency.response": rng.choice(["0s", "100ms", "3m"]),
        "position.trailing": rng.choice(["0", "0", "0.01", "0.05"]),
        "position.on_opposite": rng.choice(["close", "reverse", "ignore"]),
        "position.pyramiding": rng.choice(["0", "0", "3"]),
        "position.max_age": rng.choice(["2h", "24h"]),
        "position.protect_within": "1m", "position.unprotected_latch": "1h",
        "sim.starting_balance": rng.choice(["10000", "1000000"]),
        "position.margin_mode": mode,
    }


def text(value):
    return f"{value:.5f}"


def candles(rng, wild):
    """A walk with jumps between bars: open, high, low, close, volume. Only jumps beyond all reason kill a whole account."""
    price, rows = 10 ** rng.uniform(-1, 2), []
    for _ in range(BARS):
        jump = rng.choice([0] * 12 + [-0.3, -0.08, -0.02, 0.02, 0.08, 0.3])
        opened = max(0.01, price * max(0.05, 1 + wild * jump * rng.random()))
        high = opened * (1 + abs(rng.gauss(0, 0.012)))
        low = opened * (1 - min(0.9, abs(rng.gauss(0, 0.012))))
        price = rng.uniform(low, high)
        rows.append([opened, high, low, price, rng.choice([0, 1, 50, 5000, 1000000])])
    return rows


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def bar_row(index, values, step=STEP_MS):
    opened, high, low, close = (round(v, 5) for v in values[:4])
    high, low = max(opened, high, low, close), min(opened, high, low, close)
    return [START_MS + index * step] + [text(v) for v in (opened, high, low, close)]


def mark_rows(rng, rows, kind):
    """In step and a little off, or four bars long, or none."""
    if kind == "step":
        shift = [rng.gauss(0, 0.004) for _ in rows]
        return [bar_row(i, [v * (1 + shift[i]) for v in row[:4]]) for i, row in enumerate(rows)]
    blocks = [rows[i:i + 4] for i in range(0, len(rows), 4)]
    return [bar_row(i, [b[0][0], max(r[1] for r in b) * 0.999, min(r[2] for r in b) * 1.001, b[-1][3]], 4 * STEP_MS)
            for i, b in enumerate(blocks)]


def tier_rows(symbol, rng):
    caps = sorted(rng.sample([500, 2000, 5000, 20000, 100000, 500000], 4)) + [100000000]
    rates = sorted(rng.sample([0.004, 0.01, 0.02, 0.05, 0.1, 0.25], 5))
    low, amount, before, rows = 0, 0.0, rates[0], []
    for number, (cap, rate) in enumerate(zip(caps, rates), 1):
        amount += low * (rate - before)
        rows.append([symbol, number, low, cap, rate, max(1, int(0.5 / rate)), f"{amount:.4f}"])
        low, before = cap, rate
    return rows


def signal_row(rng, number, symbol, rows):
    index = rng.randrange(4, BARS - 4)
    close = rows[index - 1][3]
    side = rng.choice(["long", "short"])
    sign = 1 if side == "long" else -1
    data = {"side": side}
    if rng.random() < 0.5:
        data["stop"] = round(close * (1 - sign * rng.choice([0.005, 0.02, 0.3])), 5)
    if rng.random() < 0.5:
        data["targets"] = [round(close * (1 + sign * step), 5) for step in (0.01, 0.02, 0.2)]
    if rng.random() < 0.3:
        data["entry"] = [round(close * (1 - sign * 0.004), 5), round(close * (1 - sign * 0.002), 5)]
    when = START_MS + index * STEP_MS + rng.choice([0, 1, 300000, 700000])
    confidence = rng.choice(["Low", "Medium", "High", "Extreme"])
    return [when, f"s{rng.randrange(3)}", symbol, confidence, text(close), 1000000, json.dumps(data)]


def build(folder, rng, wild):
    manifest = {"name": "world", "klines": {}, "mark": {}, "funding": {}, "leverage_tiers": "tiers.csv"}
    tiers, signals = [], []
    for symbol in ("AAAUSDT", "BBBUSDT", "CCCUSDT"):
        rows = candles(rng, wild)
        write(f"{folder}/{symbol}.csv", ["ts_ms", "open", "high", "low", "close", "volume"],
              [bar_row(i, row) + [row[4]] for i, row in enumerate(rows)])
        manifest["klines"][symbol] = f"{symbol}.csv"
        kind = rng.choice(["step", "coarse", "none"])
        if kind != "none":
            write(f"{folder}/{symbol}.mark.csv", ["ts_ms", "open", "high", "low", "close"], mark_rows(rng, rows, kind))
            manifest["mark"][symbol] = f"{symbol}.mark.csv"
        times = sorted({START_MS + rng.randrange(BARS * STEP_MS // 1000) * 1000 for _ in range(40)}
                       | {START_MS + i * STEP_MS for i in range(0, BARS, 16)})
        write(f"{folder}/{symbol}.funding.csv", ["ts_ms", "funding_rate"],
              [[time, f"{rng.gauss(0, 0.004):.8f}"] for time in times])
        manifest["funding"][symbol] = f"{symbol}.funding.csv"
        tiers += tier_rows(symbol, rng)
        signals += [signal_row(rng, n, symbol, rows) for n in range(60)]
    write(f"{folder}/tiers.csv", ["symbol", "tier", "min_notional", "max_notional", "maintenance_margin_rate",
                                  "max_leverage", "maintenance_amount_cum"], tiers)
    write(f"{folder}/signals.csv", ["timestamp", "source", "token", "confidence", "price", "volume", "metadata"],
          sorted(signals, key=lambda row: row[0]))
    with open(f"{folder}/manifest.json", "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=1)


def run(simulator, folder, settings):
    command = [simulator, "backtest", "--signals", f"{folder}/signals.csv", "--market", f"{folder}/manifest.json",
               "--db", f"{folder}/run.db", "--force"]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    with open(f"{folder}/command.txt", "w", encoding="utf-8") as file:
        file.write(" ".join(command) + "\n")
    simulated = subprocess.run(command, capture_output=True, text=True, check=False)
    if simulated.returncode != 0:
        return simulated.returncode, f"cerberus-sim exit {simulated.returncode}: {simulated.stderr.strip()[-300:]}"
    return judge(folder)


def judge(folder):
    model = subprocess.run([sys.executable, f"{HERE}/model.py", f"{folder}/run.db", f"{folder}/manifest.json", folder],
                           capture_output=True, text=True, check=False)
    return model.returncode, (model.stdout + model.stderr).strip()


def count(folder, query):
    connection = sqlite3.connect(f"file:{folder}/run.db?mode=ro", uri=True)
    number = connection.execute(query).fetchone()[0]
    connection.close()
    return number


def alarm_works(folder):
    """A run with one fee moved by 1e-8 must be refused."""
    connection = sqlite3.connect(f"{folder}/run.db")
    connection.execute("UPDATE fills SET fee_e8 = fee_e8 + 1 WHERE id = (SELECT min(id) FROM fills)")
    connection.commit()
    connection.close()
    return judge(folder)[0] == 1


def option(arguments, name, default):
    return int(arguments[arguments.index(name) + 1]) if name in arguments else default


def main(arguments):
    if not arguments:
        print(__doc__)
        return 2
    simulator, seed, worlds = arguments[0], option(arguments, "--seed", 1), option(arguments, "--count", 20)
    failed = liquidations = steps = trades = 0
    alarm = False
    for number in range(seed, seed + worlds):
        rng = random.Random(number)
        folder = tempfile.mkdtemp(prefix=f"world-{number}-")
        mode = rng.choice(["isolated", "isolated", "cross"])
        build(folder, rng, 1 if mode == "isolated" else rng.choice([1, 12]))
        code, output = run(simulator, folder, settings_of(rng, mode))
        if code == 0:
            forced = count(folder, "SELECT count(*) FROM fills WHERE kind = 'liquidation'")
            dead = count(folder, "SELECT count(*) FROM positions WHERE status = 'liquidated'")
            trades += count(folder, "SELECT count(*) FROM positions")
            liquidations, steps = liquidations + dead, steps + forced - dead
            alarm = alarm or alarm_works(folder)
        else:
            failed += 1
            print(f"world {number} in {folder}:\n{output[-2000:]}")
        if code == 0 and "--keep" not in arguments:
            shutil.rmtree(folder)
    print(f"{worlds} worlds from seed {seed}: {failed} disagree; {trades} positions, {liquidations} liquidated, "
          f"{steps} step-downs; a fee moved by 1e-8 was {'found' if alarm else 'NOT found'}")
    return 1 if failed or liquidations == 0 or steps == 0 or not alarm else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
