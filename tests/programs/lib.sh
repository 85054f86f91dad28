#!/bin/sh
# lib.sh - what the test scripts of this folder share: results in cmocka's words, a temporary folder that goes away, the
# sample market, the recorded scenarios. Sourced, from the root of the repository, by scripts called with BIN OUT:
#   . tests/programs/lib.sh; start BIN OUT; ... ok NAME, fail NAME WHY, skip NAME WHY, check NAME COMMAND...; finish

start() { # BIN OUT
    bin=$1
    # shellcheck disable=SC2034 # for the scripts
    out=$2
    failures=0
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' INT TERM HUP
}

ok() { echo "[       OK ] $1"; }

skip() {
    echo "[  SKIPPED ] $1"
    echo "skipped: $1: $2"
}

fail() {
    failures=$((failures + 1))
    echo "[  FAILED  ] $1"
    echo "error: $1: $2"
}

# The command's own words are shown when it fails.
check() { # NAME COMMAND...
    check_name=$1
    shift
    if "$@" >"$work/check.log" 2>&1; then
        ok "$check_name"
    else
        fail "$check_name" "exit code $? of: $*"
        head -20 "$work/check.log"
    fi
}

same() { # NAME EXPECTED FOUND: two texts
    if [ "$2" = "$3" ]; then ok "$1"; else fail "$1" "expected '$2', found '$3'"; fi
}

same_files() { # NAME EXPECTED FOUND
    if cmp -s "$2" "$3"; then
        ok "$1"
    else
        fail "$1" "the files differ"
        diff "$2" "$3" | head -10
    fi
}

finish() {
    [ "$failures" -eq 0 ]
    exit $?
}

# ---- data ----

# The sample market of the generator, made once.
sample() {
    [ -d "$work/sample" ] || "$bin/cerberus-sample" --out "$work/sample" --seed 1 >/dev/null
    echo "$work/sample"
}

# The folder of a recorded scenario by its short name; nothing where there is none.
scenario() { # S7
    for found in "${CERBERUS_DATA:-}"/scenarios/"$1"_*; do
        if [ -n "${CERBERUS_DATA:-}" ] && [ -f "$found/manifest.json" ]; then
            echo "$found"
            return
        fi
    done
}

backtest() { # FOLDER DATABASE MORE...
    from=$1 to=$2
    shift 2
    "$bin/cerberus-sim" backtest --signals "$from/signals.csv" --market "$from/manifest.json" --db "$to" --quiet "$@"
}

query() { # DATABASE SQL
    sqlite3 -readonly -batch "$1" "$2"
}

# Every row of a table in the order of its keys, exactly.
rows() { # DATABASE TABLE
    sqlite3 -readonly -batch -cmd '.mode quote' "$1" "SELECT * FROM $2 ORDER BY rowid"
}
