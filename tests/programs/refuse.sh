#!/bin/sh
# refuse.sh - what the scripts that break the product share: one call, judged by its exit code, its words and what it leaves.
# Sourced after lib.sh and `start`. $code, $work/stdout and $work/stderr tell the last call; $db is the database of most.
# shellcheck disable=SC2154 # bin and work come from lib.sh

db=$work/run.db

attempt() { # COMMAND...
    "$@" >"$work/stdout" 2>"$work/stderr" </dev/null
    # shellcheck disable=SC2034 # for the scripts
    code=$?
}

sim() { # MORE... : a backtest into $db
    attempt "$bin/cerberus-sim" backtest --db "$db" --quiet "$@"
}

fresh() { rm -f "$work"/run*.db*; }

# What a refusal leaves: nothing named like the database.
leftovers() { find "$work" -maxdepth 1 -name 'run*.db*' | tr '\n' ' '; }

tell() { # NAME WHY
    fail "$1" "$2"
    head -5 "$work/stderr"
}

# The last call ended with CODE and one line on standard error that matches PATTERN (grep -E): "program: ...: what: what to do".
said() { # NAME CODE PATTERN
    if [ "$code" -ne "$2" ]; then
        tell "$1" "expected exit code $2, found $code"
    elif [ "$(wc -l <"$work/stderr")" -ne 1 ]; then
        tell "$1" "expected one line, found $(wc -l <"$work/stderr")"
    elif ! grep -aqE -e "$3" "$work/stderr"; then
        tell "$1" "expected words like '$3'"
    elif ! grep -aqE '^cerberus-[a-z]+: .*: .+' "$work/stderr"; then
        tell "$1" "expected 'program: what is wrong: what to do'"
    else
        ok "$1"
    fi
}

# The same of a backtest that must leave no database.
refused() { # NAME CODE PATTERN
    if [ -n "$(leftovers)" ]; then
        tell "$1" "left behind: $(leftovers)"
    else
        said "$@"
    fi
    fresh
}

# The last call went well, and a query says what came of it.
found() { # NAME EXPECTED SQL
    if [ "$code" -ne 0 ]; then tell "$1" "expected exit code 0, found $code"; else same "$1" "$2" "$(query "$db" "$3")"; fi
}

# ---- a small market: DOGEUSDT, 1 m, a triangle wave between 0.0999 and 0.1029 ----

first_s=1704067200 # 2024-01-01T00:00:00Z

candles() { # FILE COUNT [SYMBOL-FREE] : open time in ms, open, high, low, close, volume
    awk -v count="$2" -v first="$first_s" 'BEGIN {
        print "open_time,open,high,low,close,volume"
        for (bar = 0; bar < count; bar++) {
            phase = bar % 60
            rise = phase < 30 ? phase : 60 - phase
            start = 100000 + rise * 97
            stop = start + (phase < 30 ? 97 : -97)
            low = (start < stop ? start : stop) - 13
            high = (start < stop ? stop : start) + 13
            printf "%d000,0.%06d,0.%06d,0.%06d,0.%06d,5000000\n", first + bar * 60, start, high, low, stop
        }
    }' >"$1"
}

signals() { # FILE COUNT : one a ten minutes, at the wave's own price
    awk -v count="$2" -v first="$first_s" 'BEGIN {
        print "timestamp,source,token,confidence,price,volume,metadata"
        for (row = 0; row < count; row++) {
            bar = row * 10 + 5
            phase = bar % 60
            price = 100000 + (phase < 30 ? phase : 60 - phase) * 97
            side = row % 2 ? "short" : "long"
            printf "%d,test,DOGE,High,0.%06d,1000,\"{\"\"side\"\":\"\"%s\"\"}\"\n", first + bar * 60, price, side
        }
    }' >"$1"
}
