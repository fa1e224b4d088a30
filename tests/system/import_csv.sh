#!/usr/bin/env bash
# CSV files become typed columns: every value, whatever the number of ranks and the cut of the files.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

check_import() { "$python" "$MTC_SOURCE/tests/system/check_import.py" "$@"; }
# job NAME FILES COLUMNS [LINE]...   writes NAME.ini
job() {
    local name=$1
    printf 'calculation_mode = import_csv\nfiles = %s\ncolumns = %s\n' "$2" "$3" > "$name.ini"
    shift 3
    [ $# -eq 0 ] || printf '%s\n' "$@" >> "$name.ini"
}

echo "--- the example: types, categories, rejected lines; the same bits on any number of ranks"
for ranks in 1 2 4; do
    on_ranks "$ranks" "$inputs/import_csv.ini" --output "gauges.$ranks.h5"
    compare_results gauges.1.h5 "gauges.$ranks.h5"
done
"$FORMAT_CHECK" gauges.2.h5
"$python" - gauges.4.h5 << 'END'
import sys
import h5py
import numpy as np

results = h5py.File(sys.argv[1])["results"]
columns = {name: values[()] for name, values in results["columns"].items()}
assert sorted(columns) == ["discharge", "gauge", "iced", "level", "remark", "time"], sorted(columns)
assert {len(values) for values in columns.values()} == {190}
assert results["categories/gauge"][()].tolist() == [b"Upper Ford", b"Mill", b"Old Bridge", b"Harbour"]
assert np.bincount(columns["gauge"]).tolist() == [48, 47, 47, 48]
assert columns["level"][:4].tolist() == [12000, 15662, 19349, 23084]
assert columns["time"][0] == 1735689600 * 10**6 and columns["time"][-1] == columns["time"][0] + 47 * 3600 * 10**6
assert np.isnan(columns["discharge"]).sum() == 48 and columns["discharge"][0] == 16.0
assert columns["iced"].sum() == 9
assert set(columns["remark"].tolist()) == {b"", b"ice, moving", b'read by hand ("old staff")'}
assert results["rejects"]["line"].tolist() == [39, 92], results["rejects"]["line"]
why = [text.decode() for text in results["rejects"]["why"]]
assert "5 fields" in why[0] and "level = 'out of order'" in why[1], why
assert results["rejects"]["text"][1].startswith(b"2025-01-01 22:30:00,Mill,out of order")
assert len(results["parts"]) == 9 and results["parts"]["n_rejected"].sum() == 2
END

echo "--- a line that does not fit stops the run, and is named"
with_status 2 on_ranks 1 "$inputs/import_csv.ini" --set bad_lines=stop 2> messages.txt
grep -qF "gauges.csv:39: 5 fields (6 expected)" messages.txt || fail "the line is not named"
{ printf 'a,b\n'; seq 1 20000 | sed 's/$/,1.5/'; printf 'x,y\n5,6\n'; } > late.csv
job late late.csv 'a int32, b float64'
with_status 1 on_ranks 2 late.ini --set range_bytes=10000 2> messages.txt
grep -qF "late.csv:20002: a = 'x' (not an int32)" messages.txt || fail "the late line is not named"
with_status 0 on_ranks 2 late.ini --set range_bytes=10000 --set bad_lines=reject

echo "--- quoted fields with newlines, a byte order mark, CRLF, empty lines, no newline at the end"
"$python" - << 'END'
import csv, random
random.seed(3)
with open("quoted.csv", "w", newline="", encoding="utf-8-sig") as file:
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(["code", "other", "value"])
    for i in range(3000):
        words = [random.choice(["a", "\n", "\"", ",", "\r\n", "é", " "]) for _ in range(random.randrange(12))]
        writer.writerow(["".join(words), i, "%d.%02d" % (random.randrange(-50, 50), random.randrange(100))])
        if i % 100 == 0:
            file.write("\r\n")
with open("quoted.csv", "r+b") as file:
    file.seek(-2, 2)
    file.truncate()
END
job quoted quoted.csv 'code text(40), value decimal(2)' 'quoted_newlines = yes'
for range_bytes in 100 5000 1000000; do
    on_ranks 2 quoted.ini --set "range_bytes=$range_bytes" --output "quoted.$range_bytes.h5"
    check_import "quoted.$range_bytes.h5" code=text value=decimal2 -- quoted.csv
done
with_status 2 on_ranks 1 quoted.ini --set quoted_newlines=no 2> messages.txt
grep -qF "a quote that is not closed" messages.txt || fail "the open quote is not named"

echo "--- what is refused"
refused() { # WORD... -- ARGUMENT...
    local words=()
    while [ "$1" != -- ]; do
        words+=("$1")
        shift
    done
    shift
    with_status 2 without_mpi check "$@" > output.txt 2> messages.txt
    for word in "${words[@]}"; do
        grep -qF -- "$word" messages.txt || fail "the message does not name '$word': $*"
    done
    n_refused=$((n_refused + 1))
}
n_refused=0
refused "files = gone.csv" "no such file" -- late.ini --set files=gone.csv
refused "nothing matches" -- late.ini --set 'files=gone*.csv'
refused "named twice" -- late.ini --set 'files=late.csv late.csv'
refused 'a int23' "Did you mean 'int32'" "known: int8" -- late.ini --set 'columns=a int23'
refused "not in the header" "late.csv" "a, b" "Did you mean 'b'" -- late.ini --set 'columns=B int32'
refused quoted.csv:1 "3 columns" "late.csv has 2" -- late.ini --set 'files=late.csv quoted.csv'
refused "late.csv:1" "2 fields" "3 are declared" -- late.ini --set header=no --set 'columns=a int32, b float64, c date'
refused "delimiter" "semicolon" -- late.ini --set delimiter=semicolom
refused "late.csv:2" "b = '1.5'" -- late.ini --set 'columns=b int32'
refused "password" -- late.ini --set to=postgresql://me:secret@nowhere/x --set table=t
refused "to = mysql://x" "postgresql://" -- late.ini --set to=mysql://x --set table=t
refused "table = t" -- late.ini --set table=t
[ "$n_refused" = 12 ] || fail "$n_refused refusals of 12"
printf '\xff\xfea\0' > wide.csv
refused "UTF-16" -- late.ini --set files=wide.csv

generator=$MTC_TEST_DATA/workloads/gen_stock.py
[ -f "$generator" ] || skip "no $generator (set MTC_TEST_DATA); all but the stock prices was tried"
echo "--- stock prices: one file and a file a day"
"$python" "$generator" stock.csv 100 2014-01-01 2014-01-31
echo "04a4386d48a1f18959e3a600fdfb1432a021e70dabc9958b3e61bc81129e79a1  stock.csv" | sha256sum -c --quiet
mkdir daily
awk -F, 'NR == 1 { header = $0; next } { file = "daily/" $2 ".csv" } !(file in seen) { seen[file]; print header > file } { print > file }' stock.csv
columns='code text(18), date date, value decimal(2)'
job stock stock.csv "$columns"
job daily 'daily/*.csv' "$columns"
on_ranks 2 stock.ini --set range_bytes=1000
check_import stock.h5 code=text date=date value=decimal2 -- stock.csv | tee facts.txt
grep -qx "value: 2300 rows, sum 1632068, .*" facts.txt || fail "the sum is not 16320.68"
grep -qx "code: 2300 rows, 100 values of 23 to 23 rows" facts.txt || fail "not 23 rows a code"
grep -qx "date: 2300 rows, 23 values of 100 to 100 rows" facts.txt || fail "not 100 rows a day"
on_ranks 3 daily.ini
check_import --same stock.h5 daily.h5
on_ranks 2 stock.ini --set 'columns=code category, value decimal(2)' --set range_bytes=3000 --output category.h5
check_import category.h5 code=category value=decimal2 -- stock.csv
