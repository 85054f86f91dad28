"""The recorded orders of a run meet the path of the market: symbols with isolated margin each for itself, or all symbols
of one cross account together.

What is recorded is when an order was sent, what it asked and when its owner cancelled it; what happened to it is computed
here: what fires first on the way from point to point, at which price, with which fee; funding; liquidation.
"""
from fractions import Fraction as F

import books
from books import BUY, SELL, ceil, floor

NEVER = 2**63 - 1
LIQUIDATION, STOP, TARGET, LIMIT = range(4)  # order of ties on one instant


class Position:
    def __init__(self, side, leverage, time_us):
        self.is_long = side == BUY
        self.leverage = leverage
        self.opened, self.closed = time_us, None
        self.size = self.cost = self.margin = 0
        self.size_total = self.cost_total = self.margin_peak = 0
        self.realised = self.fees = self.funding = 0
        self.liquidation = 0
        self.best = self.worst = 0
        self.status, self.exit = "open", None
        self.postings = []  # (kind, time, amount received by the wallet)
        self.fills = []


class Order:
    """A row of `orders`, and what becomes of it."""

    def __init__(self, row, settings):
        self.row = row
        self.id, self.side, self.type = row["id"], row["side"], row["type"]
        self.size, self.price = row["size_e6"], row["price_e12"] or 0
        self.trigger, self.callback = row["trigger_e12"] or 0, row["callback_e9"] or 0
        self.reduces = bool(row["reduce_only"] or row["close_position"])
        self.close_position = bool(row["close_position"])
        self.by_mark = settings.trigger_mark and row["trigger_by"] != "last"
        self.arrives = row["sent_at"] + settings.latency_order
        self.expires = row["expires_at"] or NEVER
        self.cancelled = NEVER
        if row["state"] == "CANCELED" and row["reason"] == "requested":
            self.cancelled = row["ended_at"] - settings.latency_response
        self.rest = self.size
        self.filled = 0
        self.best = 0  # trailing: best price since armed
        self.exhausted = False
        self.ended = None  # (state, reason, time) when it leaves without being filled


class Venue:
    def __init__(self, market, settings, rows):
        self.market, self.settings = market, settings
        self.orders = [Order(row, settings) for row in rows]
        self.book = []
        self.position = None
        self.positions, self.fills = [], []
        self.last = self.mark = 0
        self.place = None       # point that holds
        self.low_first = False  # of its bar
        self.volume = self.volume_left = None
        self.now = 0
        self.funding = 0  # index of the next rate
        self.moves = self.opens = self.settles = False
        self.account = None  # cross margin: all venues of one account
        self.counts = {"walks": 0, "fundings": 0}

    # -- time ------------------------------------------------------------------------------------------------

    def run(self):
        run_all([self])

    def alive(self):
        return bool(self.position or self.book)

    def wake(self, time_us):
        """Nothing was alive: forward to the instant of the next message; what was due before it is nobody's."""
        self.jump_to(time_us)
        while self.funding < len(self.market.rates) and self.market.rates[self.funding][0] <= time_us:
            self.funding += 1

    def next_rate_us(self):
        rates = self.market.rates
        return rates[self.funding][0] if self.funding < len(rates) else NEVER

    def next_us(self):
        """Of what happens by itself."""
        expiry_us = min([order.expires for order in self.book], default=NEVER)
        return min(self.next_point_us(), self.next_rate_us(), expiry_us) if self.alive() else NEVER

    def begin(self, time_us):
        """What is due at this instant, before anything of it has happened."""
        self.now = time_us
        self.moves = self.alive() and self.next_point_us() == time_us
        self.opens = self.moves and self.next_place()[1] == 0
        self.settles = self.alive() and self.next_rate_us() == time_us

    def pay(self):
        if self.settles:
            self.settles = self.settle(self.market.rates[self.funding][1])
            self.funding += 1

    def match(self):
        """A walk, or what a jump or a settlement has set off."""
        if self.opens or self.settles:
            self.serve(self.last, self.mark)
            self.follow()
            self.sweep()
        if self.opens:
            self.orient()
        elif self.moves:
            self.walk()
            self.sweep()

    def next_place(self):
        index, point = self.place
        return (index, point + 1) if point < 3 else (index + 1, 0)

    def next_point_us(self):
        index, point = self.next_place()
        return self.market.bars[index].time(point) if index < len(self.market.bars) else NEVER

    def jump_to(self, time_us):
        """Nothing is alive: forward to the point that holds at an instant."""
        self.now = time_us
        place = self.market.locate(time_us)
        if place == self.place:
            return
        self.hold(place)
        self.last, self.mark = self.market.prices(self.place, self.low_first)

    def hold(self, place):
        """A new point holds and brings its volume."""
        if self.place is None or self.place[0] != place[0]:
            self.low_first = self.market.bars[place[0]].low_first
        self.place = place
        self.volume = self.market.point_volume(place[0])
        self.volume_left = None
        if self.volume is not None and self.settings.participation > 0:
            self.volume_left = floor(F(self.volume * self.settings.participation, 10**9))

    # -- the way of the price ----------------------------------------------------------------------------------

    def jump(self):
        self.hold(self.next_place())
        self.tell(*self.market.prices(self.place, self.low_first))

    def orient(self):
        """Best and worst take the side that the position has when it leaves the open."""
        if self.settings.intrabar == "adaptive" or not self.position:
            return
        self.low_first = self.position.is_long == (self.settings.intrabar == "worst")

    def walk(self):
        self.counts["walks"] += 1
        self.hold(self.next_place())
        last, mark = self.market.prices(self.place, self.low_first)
        self.serve(last, mark)
        if (self.last, self.mark) != (last, mark):
            self.tell(last, mark)
        self.follow()

    def serve(self, last, mark):
        """Everything that the way from here to (last, mark) reaches, in the order in which it reaches it."""
        for order in self.book:
            order.exhausted = False
        while True:
            first = self.first_trigger(last, mark)
            if first is None:
                return
            fraction, kind, _, order = first
            if fraction > 0:
                self.tell(self.last + toward(last - self.last, fraction),
                          self.mark + toward(mark - self.mark, fraction))
                self.follow()
            if kind == LIQUIDATION:
                self.liquidate()
            elif kind == LIMIT:
                self.make(order)
            else:
                self.fire(order)

    def first_trigger(self, last, mark):
        reached = []

        def offer(kind, start, end, level, falling, beyond, order):
            passed = (lambda p: p < level) if falling else (lambda p: p > level)
            reaches = (lambda p: passed(p) or (p == level and not beyond))
            if reaches(start):
                reached.append((F(0), kind, order.id if order else 0, order))
            elif reaches(end):
                reached.append((F(abs(level - start), abs(end - start)), kind, order.id if order else 0, order))

        level = self.level()
        if level:
            offer(LIQUIDATION, self.mark, mark, level, self.position.is_long, False, None)
        for order in self.book:
            if order.type == "limit":
                if not order.exhausted:
                    offer(LIMIT, self.last, last, order.price, order.side == BUY, self.settings.limit_cross, order)
                continue
            start, end = (self.mark, mark) if order.by_mark else (self.last, last)
            target = order.type == "take_profit_market"
            level = order.trigger
            if order.type == "trailing_stop":
                if not order.best:
                    continue
                level = trailing_level(order)
            offer(TARGET if target else STOP, start, end, level, (order.side == SELL) != target, False, order)
        return min(reached, key=lambda item: item[:3]) if reached else None

    def follow(self):
        """A trailing stop keeps its best price."""
        for order in self.book:
            if order.type == "trailing_stop":
                price = self.mark if order.by_mark else self.last
                beyond = order.best or order.trigger
                if price >= beyond if order.side == SELL else price <= beyond:
                    order.best = price

    def tell(self, last, mark):
        self.last, self.mark = last, mark
        if self.position:
            self.excursion()

    def excursion(self):
        p = self.position
        result = p.realised + books.unrealised(p.is_long, p.size, p.cost, self.mark)
        p.best, p.worst = max(p.best, result), min(p.worst, result)

    # -- orders ------------------------------------------------------------------------------------------------

    def end(self, order, state, reason):
        order.ended = (state, reason, self.now)
        if order in self.book:
            self.book.remove(order)

    def reducible(self, side):
        if self.position and self.position.is_long != (side == BUY):
            return self.position.size
        return 0

    def left(self):
        """Volume that entries and limits may still have at this point, in whole lots; None: no limit."""
        return None if self.volume_left is None else self.volume_left // self.market.lot * self.market.lot

    def rate(self, size):
        """Half spread + slippage + impact x share of the point's volume."""
        share = 0
        if self.volume is not None:
            share = 10**9 if size >= self.volume else ceil(F(size * 10**9, self.volume))
        return self.settings.spread + self.settings.slippage + ceil(F(self.settings.impact * share, 10**9))

    def taker_price(self, side, base, rate):
        if side == BUY:
            return books.to_tick(BUY, ceil(F(base * (10**9 + rate), 10**9)), self.market.tick)
        return books.to_tick(SELL, floor(F(base * max(0, 10**9 - rate), 10**9)), self.market.tick)

    def arrive(self, order):
        if order.type == "market":
            self.take_market(order)
        elif order.type == "limit":
            self.arrive_limit(order)
        else:
            if order.type == "trailing_stop":
                price = self.mark if order.by_mark else self.last
                passed = price >= order.trigger if order.side == SELL else price <= order.trigger
                order.best = price if not order.trigger or passed else 0
            self.book.append(order)
            self.book.sort(key=lambda other: other.id)
        self.doomed_now()

    def level(self):
        """Mark at which the position dies now; 0: none."""
        p = self.position
        if not p or not self.account:
            return p.liquidation if p else 0
        return books.liquidation_price(self.market.tiers, p.is_long, p.size, p.cost, self.account.behind(self))

    def doomed(self):
        level = self.level()
        return bool(level) and (self.mark <= level if self.position.is_long else self.mark >= level)

    def sweep(self):
        if self.account:
            self.account.sweep()

    def doomed_now(self):
        if self.account:
            self.account.sweep()
        elif self.doomed():
            self.liquidate()

    def arrive_limit(self, order):
        quote = self.taker_price(order.side, self.last, self.settings.spread)
        takes = order.price >= quote if order.side == BUY else order.price <= quote
        force = order.row["time_in_force"]
        if force == "FOK":
            left = self.left()
            whole = order.reduces or left is None or left >= order.size
            if not takes or not whole:
                self.end(order, "EXPIRED", "fok")
                return
        if takes:
            self.take(order, order.price)
        if order.rest == 0:
            return
        if force in ("IOC", "FOK"):
            self.end(order, "EXPIRED", "ioc")
        elif order.reduces and self.reducible(order.side) == 0:
            self.end(order, "CANCELED", "position_closed")
        else:
            self.book.append(order)
            self.book.sort(key=lambda other: other.id)

    def take_market(self, order):
        self.take(order, 0)
        if order.rest > 0:
            self.end(order, "CANCELED", "position_closed" if order.reduces else "liquidity")

    def take(self, order, limit):
        size = order.rest
        if order.reduces:
            size = min(size, self.reducible(order.side))
        elif self.left() is not None:
            size = min(size, self.left())
        if size == 0:
            return
        price = self.taker_price(order.side, self.last, self.rate(size))
        if limit and (price > limit if order.side == BUY else price < limit):
            price = limit
        self.execute(order, order.side, price, size, "taker", "trade")

    def make(self, order):
        """A resting limit fills at its own price, as far as the point's volume goes."""
        size = order.rest
        if self.left() is not None:
            size = min(size, self.left())
        if order.reduces:
            size = min(size, self.reducible(order.side))
        order.exhausted = size < order.rest
        if size == 0:
            return
        if size == order.rest:
            self.book.remove(order)
        self.execute(order, order.side, order.price, size, "maker", "trade")

    def fire(self, order):
        """A conditional order becomes a market order."""
        self.book.remove(order)
        if order.reduces:
            if self.reducible(order.side) == 0:
                self.end(order, "CANCELED", "reduce_only")
                return
            if order.close_position:
                order.size = order.rest = self.reducible(order.side)
        self.take_market(order)

    def cancel(self, order):
        if order in self.book:
            self.end(order, "CANCELED", "requested")

    def expire(self):
        for order in list(self.book):
            if order.expires <= self.now:
                self.end(order, "EXPIRED", "ttl")

    def clear(self, exits_only, reason):
        for order in list(self.book):
            if order.reduces or not exits_only:
                self.end(order, "CANCELED", reason)

    # -- the books ---------------------------------------------------------------------------------------------

    def execute(self, order, side, price, size, liquidity, kind):
        """One execution; one that is larger than the opposite position closes it and opens the rest."""
        if self.volume_left is not None:
            self.volume_left -= min(self.volume_left, size)
        closes = min(size, self.reducible(side))
        if order:
            order.rest -= size
            order.filled += size
        if closes:
            self.book_fill(order, side, price, closes, liquidity, kind, True)
            if not self.position:
                self.clear(True, "position_closed")
        if size > closes:
            self.book_fill(order, side, price, size - closes, liquidity, kind, False)

    def book_fill(self, order, side, price, size, liquidity, kind, closes):
        value = books.notional(side, price, size)
        if closes:
            p = self.position
            realised, margin = self.close(value, size)
        else:
            if not self.position:
                self.position = Position(side, order.row["leverage"], self.now)
                self.positions.append(self.position)
            p = self.position
            realised = margin = 0
            self.open(value, size)
        if kind == "liquidation":
            rate = self.settings.taker_fee + self.settings.liquidation_fee
            left = self.account.wallet() if self.account else margin + realised
            paid = min(books.fee(value, rate), max(0, left))
        else:
            paid = books.fee(value, self.settings.maker_fee if liquidity == "maker" else self.settings.taker_fee)
        p.fees += paid
        p.postings.append(("fill", self.now, realised - paid))
        fill = {"order_id": order.id if order else None, "side": side, "price_e12": price, "size_e6": size,
                "fee_e8": paid, "liquidity": liquidity, "kind": kind, "timestamp": self.now}
        self.fills.append(fill)
        p.fills.append(fill)
        if p.size == 0:
            p.closed = self.now
            p.status = "liquidated" if kind == "liquidation" else "closed"
            p.exit = "liquidation" if kind == "liquidation" else order.row["exit_reason"]
            self.position = None
        else:
            self.refresh()

    def open(self, value, size):
        p = self.position
        p.size += size
        p.cost += value
        p.margin += books.initial(value, p.leverage)
        p.size_total += size
        p.cost_total += value
        p.margin_peak = max(p.margin_peak, p.margin)

    def close(self, value, size):
        """(realised, margin released)."""
        p = self.position
        cost = books.release(p.cost, size, p.size)
        margin = books.release(p.margin, size, p.size)
        realised = value - cost if p.is_long else cost - value
        p.size -= size
        p.cost -= cost
        p.margin -= margin
        p.realised += realised
        return realised, margin

    def refresh(self):
        self.excursion()
        p = self.position
        p.liquidation = books.liquidation_price(self.market.tiers, p.is_long, p.size, p.cost, p.margin)

    def settle(self, rate):
        """False: nobody holds a position."""
        p = self.position
        if not p:
            return False
        self.counts["fundings"] += 1
        _, mark = self.market.prices(self.market.locate(self.now), self.low_first)  # of this very instant
        amount = books.funding(p.is_long, p.size, mark, rate)
        p.funding += amount
        p.margin += 0 if self.account else amount
        p.margin_peak = max(p.margin_peak, p.margin)
        if amount:
            p.postings.append(("funding", self.now, amount))
        self.refresh()
        return True

    def liquidate(self):
        """Orders go first; then down the brackets, each at max(bankruptcy, mark - costs), mirrored for a short."""
        for venue in self.account.venues if self.account else [self]:
            venue.now = self.now
            venue.clear(False, "liquidation")
        while self.position and self.doomed():
            p = self.position
            size = p.size
            if self.settings.liquidation_step:
                size = books.step_down(self.market.tiers, p.size, self.mark, self.market.lot)
            side = SELL if p.is_long else BUY
            price = self.taker_price(side, self.mark, self.rate(size))
            backing = self.account.balance(self) if self.account else p.margin
            end = max(self.market.tick, books.bankruptcy_price(p.is_long, p.size, p.cost, backing))
            price = max(price, end) if p.is_long else min(price, end)
            self.execute(None, side, price, size, "taker", "liquidation")


class Account:
    """Cross margin: one wallet behind the positions of all venues, in the order of their symbols."""

    def __init__(self, venues, start):
        self.venues, self.start = venues, start
        for venue in venues:
            venue.account = self

    def wallet(self):
        return self.start + sum(p.realised - p.fees + p.funding for v in self.venues for p in v.positions)

    def balance(self, venue):
        """Wallet and what all others have won or lost."""
        return self.wallet() + sum(books.unrealised(p.is_long, p.size, p.cost, v.mark)
                                   for v, p in self.others(venue))

    def behind(self, venue):
        """The balance less what the others must keep."""
        return self.balance(venue) - sum(books.maintenance(v.market.tiers, ceil(books.money(v.mark, p.size)))
                                         for v, p in self.others(venue))

    def others(self, venue):
        return [(v, v.position) for v in self.venues if v is not venue and v.position]

    def sweep(self):
        """From the first symbol on, again after each death."""
        while True:
            dead = next((venue for venue in self.venues if venue.doomed()), None)
            if dead is None:
                return
            dead.now = max(venue.now for venue in self.venues)
            dead.liquidate()


def run_all(venues):
    """One instant after the other: jumps to an open, funding, walks and what was set off, expiries, arrivals."""
    messages = [(order.arrives, 0, order.id, order, venue) for venue in venues for order in venue.orders]
    messages += [(o.cancelled, 1, o.id, o, venue) for venue in venues for o in venue.orders if o.cancelled != NEVER]
    messages.sort(key=lambda message: message[:3])
    while True:
        now = min([venue.next_us() for venue in venues] + [messages[0][0] if messages else NEVER])
        if now == NEVER:
            return
        for venue in venues:
            venue.begin(now)
        for venue in venues:
            if venue.opens:
                venue.jump()
        for venue in venues:
            venue.pay()
        for venue in venues:
            venue.match()
        for venue in venues:
            if venue.alive():
                venue.expire()
        while messages and messages[0][0] == now:
            _, cancel, _, order, venue = messages.pop(0)
            if not venue.alive():
                venue.wake(now)
            venue.cancel(order) if cancel else venue.arrive(order)


def toward(way, fraction):
    """A part of a way, rounded toward its start."""
    return floor(way * fraction) if way >= 0 else -floor(-way * fraction)


def trailing_level(order):
    if order.side == SELL:
        return floor(F(order.best * (10**9 - order.callback), 10**9))
    return ceil(F(order.best * (10**9 + order.callback), 10**9))
