"""calls.py - what the client scripts share: one line a call, `ok` or `FAIL`, and an exit code."""
import json
import os
import sys
import time
import urllib.request

KEY, SECRET = "cerberus-test-key", "cerberus-test-secret"
RATE = 5  # seconds of market time in one of the clock: a bar's trades come in twelve
PATIENCE = 25


class Calls:
    """The calls of one client."""

    def __init__(self, client):
        self.client = client
        self.failed = 0

    def say(self, name, why=None):
        print(f"{'ok  ' if why is None else 'FAIL'} {self.client} {name}" + (f": {why}" if why else ""), flush=True)
        self.failed += why is not None

    def call(self, name, make, holds=lambda answer: answer is not None):
        """What the call gives, None where it raises or what it gives does not hold."""
        try:
            answer = make()
            self.say(name, None if holds(answer) else f"gives {str(answer)[:300]}")
            return answer
        except Exception as error:  # pylint: disable=broad-except # whatever a client raises is a finding
            self.say(name, f"{type(error).__name__}: {str(error)[:400]}")
            return None

    def refused(self, name, make, code):
        """The call must end in the venue's own code."""
        try:
            self.say(name, f"was taken: {str(make())[:200]}")
        except Exception as error:  # pylint: disable=broad-except
            self.say(name, None if str(code) in str(error) else f"{type(error).__name__}: {str(error)[:300]}")

    def finish(self):
        sys.stdout.flush()
        os._exit(1 if self.failed else 0)  # a client's own threads do not hold the end up


def market_clock():
    """A client without an option for it takes the process's clock for the venue's: this process lives in market time."""
    began = time.monotonic()
    with urllib.request.urlopen("https://fapi.binance.com/fapi/v1/time", timeout=10) as answer:
        start = json.load(answer)["serverTime"] / 1000
    time.time = lambda: start + RATE * (time.monotonic() - began)
