#!/usr/bin/env bash
# Import of a CSV file of 184 MB (5,220,000 stock prices), warm from the page cache: as one file and as 522 files of a
# day, beside pandas, duckdb and psql \copy where they are. "reading" is the bytes over the seconds in which ranks
# computed, "all" over the whole run, start, writing and bringing the output to the disk included.
#     tests/benchmark/import_csv.sh [FOLDER]      MTC=build/mtc MTC_TEST_DATA=... ROUNDS=3
# FOLDER keeps the CSV files for the next time.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
generator=${MTC_TEST_DATA:-$here/../../../shared}/workloads/gen_stock.py
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env 4
work=$(mktemp -d)
data=$(realpath -m "${1:-$work/data}")
trap 'rm -rf "$work"' EXIT
rounds=${ROUNDS:-3}
mkdir -p "$data"
if [ ! -e "$data/stock.csv" ]; then
    [ -f "$generator" ] || { echo "no $generator (set MTC_TEST_DATA)" >&2; exit 1; }
    python3 "$generator" "$data/stock.csv"
fi
if [ ! -d "$data/daily" ]; then
    mkdir "$data/daily"
    awk -F, -v folder="$data/daily" 'NR == 1 { header = $0; next } $2 != day { if (day) close(file); day = $2; file = folder "/" day ".csv"; print header > file } { print > file }' "$data/stock.csv"
fi
cd "$work"
bytes=$(stat -c %s "$data/stock.csv")
python=python3
"$python" -c 'import h5py' 2> /dev/null || python=/usr/bin/python3

# timed COMMAND...   seconds and peak memory [MB] of the best of all rounds
timed() {
    local best=
    for ((round = 0; round < rounds; ++round)); do
        cat "$data/stock.csv" "$data"/daily/*.csv > /dev/null
        /usr/bin/env time -f '%e %M' -o time.txt "$@" > said.txt 2>&1 || { cat said.txt >&2; return 1; }
        read -r seconds kilobytes < time.txt
        if [ -z "$best" ] || awk "BEGIN { exit !($seconds < $best) }"; then
            best=$seconds peak=$((kilobytes / 1024))
            [ ! -e out.h5 ] || mv out.h5 best.h5
        fi
        rm -rf out.h5*
    done
    echo "$best $peak"
}
rate() { awk "BEGIN { printf \"%.0f\", $bytes / 1e6 / $1 }"; }

columns='code text(18), date date, value decimal(2)'
printf 'calculation_mode = import_csv\nfiles = %s\ncolumns = %s\n' "$data/stock.csv" "$columns" > one.ini
printf 'calculation_mode = import_csv\nfiles = %s\ncolumns = %s\n' "$data/daily/*.csv" "$columns" > daily.ini
printf 'calculation_mode = import_csv\nfiles = %s\ncolumns = %s\n' "$data/stock.csv" "${columns/text(18)/category}" > category.ini

printf '%-34s %8s %14s %16s %12s\n' "" "[s]" "all [MB/s]" "a core [MB/s]" "memory [MB]"
for input in one daily category; do
    for ranks in 1 2; do
        best=$(timed mpirun -n "$ranks" "$mtc" "$input.ini" --output out.h5)
        read -r seconds peak <<< "$best"
        reading=$("$python" - best.h5 "$bytes" << 'END'
import sys
import h5py
ranks = h5py.File(sys.argv[1])["performance/ranks"]
print("%.0f %.0f" % (int(sys.argv[2]) / 1e6 / ranks["busy_s"].sum(), ranks["memory_peak_mb"].max()))
END
        )
        printf '%-34s %8s %14s %16s %12s\n' "mtc, $input, ranks: $ranks" "$seconds" "$(rate "$seconds")" "${reading% *}" "${reading#* }"
    done
done
"$python" - best.h5 << 'END'
import sys
import h5py
columns = h5py.File(sys.argv[1])["results/columns"]
assert len(columns["value"]) == 5220000 and int(columns["value"][()].sum()) == 3654194906
END
if "$python" -c 'import pandas' 2> /dev/null; then
    cat > pandas_import.py << 'END'
import sys
import pandas
table = pandas.read_csv(sys.argv[1], dtype={"code": str, "value": float}, parse_dates=["date"])
assert len(table) == 5220000
END
    read -r seconds peak <<< "$(timed "$python" pandas_import.py "$data/stock.csv")"
    printf '%-34s %8s %14s %16s %12s\n' "pandas read_csv, nothing written" "$seconds" "$(rate "$seconds")" "" "$peak"
else
    echo "pandas: not on this machine"
fi
if command -v duckdb > /dev/null; then
    read -r seconds peak <<< "$(timed duckdb "$work/out.duckdb" "create or replace table t as from '$data/stock.csv'")"
    printf '%-34s %8s %14s %16s %12s\n' "duckdb" "$seconds" "$(rate "$seconds")" "" "$peak"
else
    echo "duckdb: not on this machine"
fi

server=$(find /usr/lib/postgresql -name initdb -printf '%h\n' 2> /dev/null | tail -n 1)
if [ -z "$server" ]; then
    echo "PostgreSQL: not on this machine"
    exit 0
fi
as_postgres() { (cd / && if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi); }
home=$(mktemp -d)
[ "$(id -u)" != 0 ] || chown postgres "$home"
trap 'as_postgres "$server/pg_ctl" -D "$home/data" -m immediate stop > /dev/null; rm -rf "$home" "$work"' EXIT
as_postgres "$server/initdb" -D "$home/data" -A trust -U postgres > /dev/null
as_postgres "$server/pg_ctl" -D "$home/data" -w -l "$home/log" -o "-c listen_addresses='' -c unix_socket_directories=$home" start > /dev/null
address="postgresql:///postgres?host=$home&user=postgres"
cat > copy.sh << END
"$server/psql" "$address" -q -c 'drop table if exists t; create table t(code varchar(18), date date, value numeric(19,2))' -c "\\copy t from '$data/stock.csv' csv header"
END
read -r seconds peak <<< "$(rounds=1 timed bash copy.sh)"
printf '%-34s %8s %14s\n' "psql \\copy" "$seconds" "$(rate "$seconds")"
for ranks in 2 3; do
    read -r seconds peak <<< "$(rounds=1 timed mpirun -n "$ranks" "$mtc" one.ini --set "to=$address" --set "table=t$ranks" --output out.h5)"
    printf '%-34s %8s %14s\n' "mtc to PostgreSQL, ranks: $ranks" "$seconds" "$(rate "$seconds")"
done
