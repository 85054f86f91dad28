"""pace.py HOURS - takes the server's market time on by so many hours, then by RATE seconds a second until it is ended."""
import json
import sys
import time
import urllib.request

from calls import RATE

HOST = "https://localhost"


def post(query):
    request = urllib.request.Request(f"{HOST}/cerberus/advance?{query}", method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["now_us"]


start_us = post(f"by_us={int(sys.argv[1]) * 3600000000}")
began = time.monotonic()
print("ready", flush=True)
while True:
    time.sleep(0.1)
    post(f"to_us={start_us + int((time.monotonic() - began) * RATE * 1000000)}")
