"""The market of a run from its raw files: bars, mark bars, funding, rules, tiers; and the path that they stand for.

A bar [t, t+T) is four points: open at t, first extreme at t+T/3, second at t+2T/3, close at t+T-1us. The extreme nearer
to the open comes first (tie: the low). A point holds until the next, across gaps too.
"""
import csv
import io
import json
import os
import subprocess
from bisect import bisect_right
from datetime import datetime
from decimal import Decimal

from books import Tier


def digits(text, scale):
    """(integer of the text at a scale, what is cut off) of a decimal text."""
    text = text.strip()
    if "e" in text or "E" in text:
        text = format(Decimal(text), "f")
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("+-").partition(".")
    if not (whole + part).isdigit():
        raise ValueError(f"{text} is not a decimal number")
    return sign * int((whole or "0") + part[:scale].ljust(scale, "0")), part[scale:].strip("0")


def scaled(text, scale):
    """Exact integer of a decimal text; more decimals than the scale holds are an error."""
    value, rest = digits(text, scale)
    if rest:
        raise ValueError(f"{text} has more than {scale} decimals")
    return value


def cut(text, scale):
    """Integer of a decimal text, further decimals cut: for volumes, which never enter money."""
    return digits(text, scale)[0]


def decimals(text):
    """How many decimals a text shows, closing zeros not counted."""
    if "e" in text or "E" in text:
        text = format(Decimal(text), "f")
    return len(text.partition(".")[2].rstrip("0"))


class Bar:
    def __init__(self, row, interval):
        self.open_us = int(row["ts_ms"]) * 1000
        self.interval = interval
        self.open, self.high, self.low, self.close = (scaled(row[k], 12) for k in ("open", "high", "low", "close"))
        self.volume = cut(row.get("volume") or "0", 6)
        self.low_first = self.open - self.low <= self.high - self.open

    def sane(self):
        return 0 < self.low <= min(self.open, self.close) and max(self.open, self.close) <= self.high

    def time(self, point):
        if point == 3:
            return self.open_us + self.interval - 1
        return self.open_us + self.interval * point // 3

    def price(self, point, low_first):
        if point == 0:
            return self.open
        if point == 3:
            return self.close
        return self.low if (point == 1) == low_first else self.high


class Market:
    """One symbol."""

    def __init__(self, symbol, bars, marks, rates):
        self.symbol = symbol
        self.bars, self.marks, self.rates = bars, marks, rates
        self.opens = [bar.open_us for bar in bars]
        self.mark_opens = [mark.open_us for mark in marks]
        self.volume_seen = self._volume_seen()
        self.tick = self.lot = None
        self.tiers = None

    def _volume_seen(self):
        """Instant of the first bar with volume; a series that has had none sets no limit."""
        for bar in self.bars:
            if bar.volume > 0:
                return bar.open_us
        return None

    def locate(self, time_us):
        """(bar index, point) that holds at an instant; None before the first bar."""
        index = bisect_right(self.opens, time_us) - 1
        if index < 0:
            return None
        point = 3
        while point > 0 and self.bars[index].time(point) > time_us:
            point -= 1
        return index, point

    def prices(self, place, low_first):
        """(last, mark) at a point."""
        index, point = place
        bar = self.bars[index]
        last = bar.price(point, low_first)
        at = bisect_right(self.mark_opens, bar.time(point)) - 1
        if at < 0 or bar.time(point) >= self.marks[at].open_us + self.marks[at].interval:
            return last, last
        mark = self.marks[at]
        if mark.open_us == bar.open_us and mark.interval == bar.interval:
            return last, mark.price(point, low_first)
        return last, min(max(last, mark.low), mark.high)

    def point_volume(self, index):
        """Volume of each point of a bar; None: nothing to limit by."""
        bar = self.bars[index]
        if self.volume_seen is None or bar.open_us < self.volume_seen:
            return None
        return bar.volume // 4


def read_rows(path):
    if path.endswith(".zst"):
        raw = subprocess.run(["zstdcat", path], capture_output=True, check=True).stdout
    elif path.endswith(".gz"):
        raw = subprocess.run(["gzip", "-dc", path], capture_output=True, check=True).stdout
    else:
        with open(path, "rb") as file:
            raw = file.read()
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def interval_of(rows):
    """The most frequent step."""
    times = sorted({int(row["ts_ms"]) for row in rows})
    steps = [b - a for a, b in zip(times, times[1:])]
    return max(set(steps), key=lambda step: (steps.count(step), -step)) * 1000


def read_bars(path, window):
    rows = [row for row in read_rows(path) if window[0] <= int(row["ts_ms"]) * 1000 <= window[1]]
    if len(rows) < 2:
        return [], rows
    interval = interval_of(rows)
    bars = {}
    for row in rows:
        bar = Bar(row, interval)
        if bar.sane():
            bars.setdefault(bar.open_us, bar)
    return [bars[key] for key in sorted(bars)], rows


def read_funding(path, window):
    rates = [(int(row["ts_ms"]) * 1000, scaled(row["funding_rate"], 16)) for row in read_rows(path)]
    return sorted(rate for rate in rates if window[0] <= rate[0] <= window[1])


def tick_of(rows):
    """The finest decimal in the candles."""
    finest = max(decimals(row[key]) for row in rows for key in ("open", "high", "low", "close"))
    return 10 ** (12 - finest)


def lot_of(first_price):
    """The largest power of ten worth at most 1 at the first price, at least 1e-6."""
    lot = 1
    while lot * 10 * first_price <= 10**18:
        lot *= 10
    return lot


def read_tiers(path):
    """Tables by symbol. A symbol that begins again from 0 keeps its first table; one that does not ascend without holes
    from 0 has none."""
    tables, again = {}, set()
    for row in read_rows(path):
        symbol = row["symbol"]
        tier = Tier(scaled(row["min_notional"], 8), scaled(row["max_notional"], 8),
                    scaled(row["maintenance_margin_rate"], 9), scaled(row["maintenance_amount_cum"], 8),
                    int(Decimal(row["max_leverage"])))
        if tier.low == 0 and symbol in tables:
            again.add(symbol)
        if symbol not in again:
            tables.setdefault(symbol, []).append(tier)
    return {symbol: tiers for symbol, tiers in tables.items() if is_table(tiers)}


def is_table(tiers):
    joints = zip([0] + [tier.high for tier in tiers], tiers)
    return all(tier.low == low and 0 < tier.rate < 10**9 and tier.leverage >= 1 for low, tier in joints)


def default_tiers():
    """Where no dated table names the symbol (data/tiers.h): 1 % and 50x up to 5,000, then 25x ... 1x up to 5 million;
    the amounts follow from the rates (PROTOCOLS D1)."""
    rows = [(5000, "0.01", 50), (25000, "0.02", 25), (100000, "0.025", 20), (250000, "0.05", 10), (500000, "0.1", 5),
            (1000000, "0.125", 4), (2000000, "0.25", 2), (5000000, "0.5", 1)]
    tiers, low, amount, before = [], 0, 0, None
    for cap, rate_text, leverage in rows:
        rate = scaled(rate_text, 9)
        if before is not None:
            amount += low * (rate - before) // 10**9
        tiers.append(Tier(low, cap * 10**8, rate, amount, leverage))
        low, before = cap * 10**8, rate
    return tiers


def find(relative, manifest_path, root):
    """Relative paths are looked up under the data root, then in the manifest's folder, then in each parent."""
    folder = os.path.dirname(os.path.abspath(manifest_path))
    places = [root, folder]
    while folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
        places.append(folder)
    for place in places:
        path = os.path.join(place, relative)
        if os.path.exists(path):
            return path
    raise FileNotFoundError(relative)


def window_of(manifest):
    if "window" not in manifest:
        return 0, 2**63 - 1
    first, last = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in manifest["window"])
    return int(first.timestamp()) * 10**6, int(last.timestamp()) * 10**6


def load(manifest_path, root, tokens, tiers_path=None):
    """Markets by symbol, of the tokens that were traded."""
    with open(manifest_path, encoding="utf-8") as file:
        manifest = json.load(file)
    window = window_of(manifest)
    tiers_path = tiers_path or manifest.get("leverage_tiers")
    tables = read_tiers(find(tiers_path, manifest_path, root)) if tiers_path else {}
    markets = {}
    for symbol, relative in manifest["klines"].items():
        if symbol not in tokens:
            continue
        bars, rows = read_bars(find(relative, manifest_path, root), window)
        marks, rates = [], []
        for key in ("mark", "mark_1h", "mark_4h"):
            name = (manifest.get(key) or {}).get(symbol)
            if name and not marks:
                marks, _ = read_bars(find(name, manifest_path, root), window)
        name = (manifest.get("funding") or {}).get(symbol)
        if name:
            rates = read_funding(find(name, manifest_path, root), window)
        market = Market(symbol, bars, marks, rates)
        market.tick = tick_of(rows)
        market.lot = lot_of(bars[0].open)
        market.tiers = tables.get(symbol) or default_tiers()
        markets[symbol] = market
    return markets
