#!/usr/bin/env bash
# Every input of inputs/ runs, in a short form where it is long; none is forgotten here or in inputs/README.md. Those of
# PEER are run by peer.sh, which holds them against published curves.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# What makes it short, and a word of what it computes; smallest first.
short=(
    "synthetic.ini||synthetic"
    "synthetic.toml||synthetic"
    "synthetic_skewed.ini|--set time_scale=0.005|synthetic_skewed"
    "sweep.ini|--set parameter.steps=10,100|sweep"
    "import_csv.ini||import_csv"
    "matrix_product.ini||product"
    "julia.ini|--set width=200|iterations"
    "mandelbrot.ini|--set width=100|iterations"
    "hazard/job.ini|--set region_grid_spacing=40|hcurves_stats"
)
n_run=0
for line in "${short[@]}"; do
    IFS='|' read -r file options result <<< "$line"
    read -r -a options <<< "$options"
    echo "--- $file"
    output=${file//[\/.]/_}.h5
    with_status 0 on_ranks 2 "$inputs/$file" "${options[@]}" --output "$output" --quiet
    "$FORMAT_CHECK" "$output"
    without_mpi show "$output" contents > output.txt
    case $result in
        synthetic*) grep -q '/results/' output.txt || fail "$file has no results" ;;
        import_csv) grep -q '/results/columns/' output.txt || fail "$file has no columns" ;;
        *) grep -q "/results/.*$result" output.txt || fail "$file has no $result" ;;
    esac
    n_run=$((n_run + 1))
done
compare_results synthetic_ini.h5 synthetic_toml.h5

echo "--- none is forgotten"
mapfile -t there < <(cd "$inputs" && find . -name '*.ini' -o -name '*.toml' | sed 's|^\./||' | grep -v '^peer/' | sort)
[ "${#there[@]}" = "$n_run" ] || fail "$n_run inputs were run, but there are ${#there[@]}: ${there[*]}"
for file in "${there[@]}"; do
    printf '%s\n' "${short[@]}" | grep -q "^$file|" || fail "inputs/$file is run by no test"
    grep -qF "\`$file\`" "$inputs/README.md" || fail "inputs/$file is not in inputs/README.md"
done
for folder in "$inputs"/peer/*; do
    grep -q "$(basename "$folder")" "$MTC_SOURCE/tests/system/peer.sh" || fail "$folder is run by no test"
done
echo "$n_run inputs ran"
