#!/usr/bin/env bash
# CSV files into a PostgreSQL table: all rows or none, each once, whoever is killed when, and never on more
# connections than are allowed. The server is the test's own.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

server=
for folder in /usr/lib/postgresql/*/bin; do
    [ ! -x "$folder/initdb" ] || server=$folder
done
[ -n "$server" ] || skip "no PostgreSQL server here (Debian: postgresql)"
status=0
without_mpi check "$inputs/import_csv.ini" --set to=postgresql:///x --set table=t > output.txt 2>&1 || status=$?
! grep -qF "built without libpq" output.txt || skip "this mtc was built without libpq"

# The server refuses to run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
[ "$(id -u)" != 0 ] || id postgres > /dev/null 2>&1 || skip "no user postgres to run the server as"
home=$(mktemp -d /tmp/mtc_postgres.XXXXXX)
[ "$(id -u)" != 0 ] || chown postgres "$home"
stop_server() {
    (cd / && as_postgres "$server/pg_ctl" -D "$home/data" -m immediate stop > /dev/null 2>&1) || true
    rm -rf "$home"
}
trap stop_server EXIT
(
    cd /
    as_postgres "$server/initdb" -D "$home/data" -A trust -U postgres > /dev/null
    as_postgres "$server/pg_ctl" -D "$home/data" -w -l "$home/log" -o \
        "-c listen_addresses='' -c unix_socket_directories=$home -c max_connections=12 -c fsync=off" start > /dev/null
)
address="postgresql:///postgres?host=$home&user=postgres"
ask() { # again while the server has no connection left: those of ranks that ended go after them
    local status
    for _ in {1..300}; do
        status=0
        "$server/psql" "$address" -qAtc "$1" 2>> psql.txt || status=$?
        [ "$status" = 2 ] || return "$status"
        sleep 0.1
    done
    return 2
}
# expect WANTED QUERY
expect() {
    local got
    got=$(ask "$2") || true
    [ "$got" = "$1" ] || fail "'$got' instead of '$1': $2"
    n_expected=$((n_expected + 1))
}
n_expected=0
# load N TABLE ARGUMENTS...   prices.csv on N ranks
load() {
    local ranks=$1 table=$2
    shift 2
    on_ranks "$ranks" prices.ini --set "table=$table" --output prices.h5 "$@" > output.txt 2> messages.txt ||
        fail "exit status $? of a load into $table on $ranks ranks"
    mv prices.h5 loaded.h5
}

# 23 days of 300 codes; the sum of all values follows from the same recipe
"$python" - << 'END'
import datetime
day, cents = datetime.date(2014, 1, 1), 0
with open("prices.csv", "w") as file:
    file.write("code,date,value\n")
    for d in range(23):
        for s in range(300):
            value = 100 + (d * 7919 + s * 104729) % 1300
            cents += value
            file.write("CODE%05d,%s,%d.%02d\n" % (s, day, value // 100, value % 100))
        day += datetime.timedelta(1)
print("%d.%02d" % (cents // 100, cents % 100), file=open("sum.txt", "w"))
END
sum=$(cat sum.txt)
cat > prices.ini << END
calculation_mode = import_csv
files = prices.csv
columns = code text(18), date date, value decimal(2)
range_bytes = 8000
to = $address
END
facts="SELECT count(*), sum(value), count(DISTINCT code), count(DISTINCT date), min(date) FROM"

echo "--- a new table, by more ranks than connections"
# Looked at from within the server, every two milliseconds.
ask "CREATE FUNCTION most_loading() RETURNS int LANGUAGE plpgsql AS \$\$
    DECLARE most int := 0; n int;
    BEGIN
        WHILE (pg_stat_file('$home/loaded', true)).size IS NULL LOOP
            SELECT count(*) INTO n FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = x'6d746331'::int AND objid > 0;
            most := greatest(most, n);
            PERFORM pg_sleep(0.002);
        END LOOP;
        RETURN most;
    END \$\$"
ask "SELECT most_loading()" > most.txt &
is_looking() { [ "$(ask "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT most_loading()' AND state = 'active'")" = 1 ]; }
within 60 is_looking || fail "nobody looks how many load"
load 8 prices --set max_connections=2
touch "$home/loaded"
wait
expect "6900|$sum|300|23|2014-01-01" "$facts prices"
expect 0 "SELECT count(*) FROM pg_class WHERE relname LIKE 'mtc_load\_%'"
expect "6900" "SELECT n_rows FROM mtc_loads"
expect "character varying(18),date,numeric(19,2)" \
    "SELECT string_agg(format_type(atttypid, atttypmod), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'prices'::regclass AND attnum > 0"
echo "at most $(cat most.txt) of 8 ranks loaded at the same time"
case "$(cat most.txt)" in 1 | 2) ;; *) fail "$(cat most.txt) connections loaded, 2 are allowed" ;; esac
"$FORMAT_CHECK" loaded.h5

echo "--- the same files once more: nothing is doubled, and the message says so"
load 2 prices --set max_connections=2
grep -qF "nothing is loaded" messages.txt || fail "it does not say that nothing is loaded"
expect "6900|$sum|300|23|2014-01-01" "$facts prices"

echo "--- as many connections as the server gives, with more ranks than it has"
load 13 by_default
expect "6900|$sum|300|23|2014-01-01" "$facts by_default"

echo "--- a table that is large already: rows are added, other columns keep their defaults"
ask "CREATE SCHEMA stock; CREATE TABLE stock.\"All Prices\" (id serial, value double precision, date date, code char(18), note text DEFAULT 'old'); INSERT INTO stock.\"All Prices\" (value, code) SELECT 0, 'x' FROM generate_series(1, 100000)"
load 3 'stock.All Prices'
# Rounded: floats are added up in the order in which they came.
expect "106900|$sum|301|23|2014-01-01" "${facts/sum(value)/round(sum(value)::numeric, 2)} stock.\"All Prices\""
expect "0" "SELECT count(*) FROM pg_class WHERE relname LIKE 'mtc_load\_%'"

echo "--- killed while it loads: nothing is in the table; the same command goes on, and no row is there twice"
ask "CREATE TABLE killed (code text, date date, value numeric)"
has_loaded_some() { # or has ended
    kill -0 "$session" 2> /dev/null || return 0
    local units
    units=$(ask "SELECT relname FROM pg_class WHERE relname LIKE 'mtc\_load\_%\_units'") || return 1
    [ -n "$units" ] && [ "$(ask "SELECT count(*) FROM $units" || echo 0)" -ge 20 ] &&
        [ -n "$(find prices.h5.ckpt -name '*.journal' -size +0 2> /dev/null)" ]
}
for table in killed killed_new; do
    setsid timeout 300 "$MPIEXEC" -n 3 "$MTC" prices.ini --set "table=$table" --set range_bytes=400 \
        --set checkpoint_interval=0.2 --output prices.h5 < /dev/null > output.txt 2>&1 3>&- &
    session=$!
    within 100 has_loaded_some || fail "it does not load"
    # shellcheck disable=SC2046 # one word a process
    kill -KILL $(pgrep -s "$session") 2> /dev/null || true
    wait "$session" || true
    [ ! -e prices.h5 ] || fail "it had ended before it was killed"
    if [ "$table" = killed ]; then expect 0 "SELECT count(*) FROM killed"; else expect t "SELECT to_regclass('$table') IS NULL"; fi
    load 2 "$table" --set range_bytes=400
    grep -q '^going on from ' messages.txt || fail "it began anew"
    expect "6900|$sum|300|23|2014-01-01" "$facts $table"
done

echo "--- a line that does not fit: nothing is loaded, or all others are"
{ cat prices.csv; echo "CODE,2014-13-01,1.00"; } > bad.csv
with_status 1 on_ranks 2 prices.ini --set files=bad.csv --set table=bad --output bad.h5 2> messages.txt
grep -qF "bad.csv:6902: date = '2014-13-01' (not a date YYYY-MM-DD)" messages.txt || fail "the line is not named"
expect t "SELECT to_regclass('bad') IS NULL"
expect 2 "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'mtc_load\_%'" # until a run takes it up
load 2 bad --set files=bad.csv --set bad_lines=reject
expect "6900|$sum|300|23|2014-01-01" "$facts bad"

echo "--- quotes, another delimiter, columns left out, empty fields"
printf 'n;left out;t;"d"\r\n1;x;"a;""b""";2020-01-01\r\n;y;;\r\n3;z;\\N, q;2020-01-03' > odd.csv
cat > odd.ini << END
calculation_mode = import_csv
files = odd.csv
delimiter = semicolon
columns = t text(20), n int32 default -1, d datetime default 1999-12-31
to = $address
table = odd
END
on_ranks 2 odd.ini > output.txt 2> messages.txt || fail "exit status $?"
expect '|-1|1999-12-31 a;"b"|1|2020-01-01 \N, q|3|2020-01-03' \
    "SELECT string_agg(coalesce(t, '') || '|' || n || '|' || d::date, ' ' ORDER BY n) FROM odd"

echo "--- what is refused before anything runs"
ask "CREATE TABLE other (kode text, date date, value numeric)"
with_status 2 without_mpi check prices.ini --set table=other > output.txt 2> messages.txt
for word in "column code" "known: kode, date, value" "did you mean 'kode'"; do
    grep -qiF -- "$word" messages.txt || fail "the message does not name '$word'"
done
with_status 2 without_mpi check prices.ini --set table=t --set "to=postgresql:///x?host=$home/nowhere" > output.txt 2> messages.txt
grep -qF "nowhere" messages.txt || fail "the message does not say where no server is"
with_status 2 without_mpi check prices.ini > output.txt 2> messages.txt
grep -qF "table" messages.txt || fail "the message does not name the missing table"
echo "$n_expected answers of the server are as expected"
