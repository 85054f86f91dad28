"""The rules of the books (core/margin.h, PROTOCOLS D1-D6) in plain integers and fractions.

Prices are integers of 1e-12, sizes of 1e-6, money of 1e-8, rates of 1e-9, funding rates of 1e-16. Nothing here is
fast; every line is one sentence of the handbook.
"""
from fractions import Fraction as F

BUY, SELL = "buy", "sell"


def floor(x):
    return x.numerator // x.denominator if isinstance(x, F) else x


def ceil(x):
    return -floor(-x)


def money(price, size):
    """price x size, exactly, in units of 1e-8."""
    return F(price * size, 10**10)


def notional(side, price, size):
    return ceil(money(price, size)) if side == BUY else floor(money(price, size))


def fee(value, rate):
    return ceil(F(value * rate, 10**9))


def initial(value, leverage):
    return ceil(F(value, leverage))


def release(total, closed, size):
    return total if closed == size else floor(F(total * closed, size))


def unrealised(is_long, size, cost, mark):
    return floor(money(mark, size)) - cost if is_long else cost - ceil(money(mark, size))


def funding(is_long, size, mark, rate):
    """What the account receives; rounding is always against it, so paid up and received down are both a floor."""
    side = 1 if is_long else -1
    return floor(-side * F(size * mark * rate, 10**26))


class Tier:
    def __init__(self, low, high, rate, amount, leverage):
        self.low, self.high, self.rate, self.amount, self.leverage = low, high, rate, amount, leverage


def tier_of(tiers, value):
    for tier in tiers:
        if value <= tier.high:
            return tier
    return tiers[-1]


def maintenance(tiers, value):
    tier = tier_of(tiers, value)
    return max(0, ceil(F(value * tier.rate, 10**9)) - tier.amount)


def liquidation_price(tiers, is_long, size, cost, margin):
    """PROTOCOLS D2: in each tier the price at which margin + P&L = maintenance; the one whose notional lies in that
    very tier. Long up, short down. None at or below zero: 0."""
    side = 1 if is_long else -1
    found = []
    for index, tier in enumerate(tiers):
        rate = F(tier.rate, 10**9)
        root = F(cost - side * (margin + tier.amount)) / (1 - side * rate)  # notional at the price, in 1e-8
        last = index == len(tiers) - 1
        if tier.low < root and (last or root <= tier.high):
            found.append(root * 10**10 / size)
    if not found:
        return 0
    return ceil(max(found)) if is_long else floor(min(found))


def bankruptcy_price(is_long, size, cost, margin):
    if is_long:
        return max(0, ceil(F((cost - margin) * 10**10, size)))
    return max(0, floor(F((cost + margin) * 10**10, size)))


def step_down(tiers, size, mark, lot):
    """PROTOCOLS D3: above bracket 1 down to the cap of the next lower bracket, in bracket 1 all of it."""
    tier = tier_of(tiers, ceil(money(mark, size)))
    if tier is tiers[0]:
        return size
    lower = tiers[tiers.index(tier) - 1]
    keep = floor(F(lower.high * 10**10, mark))
    close = ceil(F(size - keep, lot)) * lot
    return min(close, size)


def to_tick(side, price, tick):
    """A taker's price, rounded against him; never below one tick."""
    if side == BUY:
        return ceil(F(price, tick)) * tick
    return max(1, floor(F(price, tick))) * tick
