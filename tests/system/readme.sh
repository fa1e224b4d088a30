#!/usr/bin/env bash
# A new user's first steps: types what README.md says under "Your first job in five minutes", in a fresh folder, and compares
# what comes back with what stands there.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
walk() { "$python" "$MTC_SOURCE/tests/system/walk_readme.py" "$@"; }
"$python" -c 'import matplotlib' 2> /dev/null || skip "$python has no matplotlib (Debian: python3-matplotlib)"

fresh() { # a folder that looks like the project's, with the program that is tested as build/mtc
    rm -rf project home
    mkdir -p project/build
    ln -s "$MTC_SOURCE/tools" "$MTC_SOURCE/jobscripts" project/
    cp -r "$inputs" project/
    ln -s "$MTC" project/build/mtc
}
fresh
walk "$MTC_SOURCE/README.md" "Your first job in five minutes" project --expect 20 --expect-lines 34

echo "--- a README that is wrong is seen"
changed() { # changed SED WORD   what walk says of a README with one change
    fresh
    sed "$1" "$MTC_SOURCE/README.md" > changed.md
    cmp -s changed.md "$MTC_SOURCE/README.md" && fail "nothing was changed by $1"
    with_status 1 walk changed.md "Your first job in five minutes" project --until "$3" > output.txt 2>&1
    grep -qF -- "$2" output.txt || fail "'$2' is not said after $1"
}
changed 's/^ruptures       34326,/ruptures       34327,/' "34327" "mtc check job.ini"
changed "s/Did you mean 'maximum_distance'/Did you mean 'maximum_distances'/" "maximum_distances" "mtc check job.ini --set"
changed 's/^\$ mtc check job.ini$/$ mtc chekc job.ini/' "exit status 2" "mtc check"
echo "three changed copies were refused"
