#!/usr/bin/env bash
# The table of keys in inputs/README.md is what `mtc help keys` prints.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

without_mpi help keys > printed.txt
sed -n '/^<!-- keys begin -->$/,/^<!-- keys end -->$/p' "$inputs/README.md" | sed '1d;$d' > documented.txt
[ -s printed.txt ] || fail "mtc help keys prints nothing"
diff documented.txt printed.txt \
    || fail "inputs/README.md is behind (tools/keys writes the table anew)"
echo "$(grep -c '^|' printed.txt) lines of the table are equal"
