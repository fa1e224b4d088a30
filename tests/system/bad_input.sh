#!/usr/bin/env bash
# What is wrong with an input is said once, by rank 0, with file and line or key, the value and the nearest known
# name; the run ends at once with status 2 (bad input or usage) or 1 (the world outside), and nothing stands under
# the name of the output.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=tests/system/refusals.sh
. "$MTC_SOURCE/tests/system/refusals.sh"

# The command line
refused 2 no_such_job.ini no_such_job.ini
refused 2 "$inputs/synthetic.ini" --outptu --output -- --outptu x.h5
refused 2 "$inputs/synthetic.ini" n_taks n_tasks -- --set n_taks=3

# Keys and values
synthetic wrong_key 's/^n_tasks/n_taks/'
refused 2 wrong_key/job.ini n_taks n_tasks "job.ini:$(line_of wrong_key/job.ini n_taks)"
synthetic wrong_type 's/^n_tasks = .*/n_tasks = twenty/'
refused 2 wrong_type/job.ini twenty n_tasks "job.ini:$(line_of wrong_type/job.ini "n_tasks = twenty")"
synthetic out_of_range 's/^n_tasks = .*/n_tasks = -1/'
refused 2 out_of_range/job.ini -1 n_tasks
synthetic wrong_choice 's/^work = .*/work = slepe/'
refused 2 wrong_choice/job.ini slepe sleep spin
synthetic wrong_mode 's/^calculation_mode = .*/calculation_mode = synthetik/'
refused 2 wrong_mode/job.ini synthetik synthetic
synthetic no_mode '/^calculation_mode/d'
refused 2 no_mode/job.ini calculation_mode
synthetic twice 's/^n_tasks = .*/&\nn_tasks = 4/'
refused 2 twice/job.ini n_tasks

# Files of a hazard job
hazard no_model job.ini 's/^gsim_logic_tree_file = .*/gsim_logic_tree_file = gone.xml/'
refused 2 no_model/job.ini gone.xml gsim_logic_tree_file
hazard broken_xml source_model_large.xml 's:</magScaleRel>:</magScaleRelation>:'
refused 2 broken_xml/job.ini "source_model_large.xml:$(line_of broken_xml/source_model_large.xml '</magScaleRelation>')"
hazard unknown_model gsim_logic_tree.xml 's/BooreAtkinson2008/BooreAtkinson2O08/'
refused 2 unknown_model/job.ini BooreAtkinson2O08 BooreAtkinson2008 \
    "gsim_logic_tree.xml:$(line_of unknown_model/gsim_logic_tree.xml BooreAtkinson2O08)"
hazard unknown_scaling source_model_large.xml '0,/WC1994/s/WC1994/WC1995/'
refused 2 unknown_scaling/job.ini WC1995 WC1994 source_model_large.xml
hazard probabilities source_model_large.xml 's/probability="0.3" strike="60.0"/probability="0.4" strike="60.0"/'
refused 2 probabilities/job.ini source_model_large.xml 1.1
hazard weights source_model_logic_tree.xml 's/>0.4</>0.5</'
refused 2 weights/job.ini source_model_logic_tree.xml 1.1
hazard equal_levels job.ini 's/"PGA": [^)]*)/"PGA": [0.01, 0.1, 0.1]/; /"SA/d; s/0.1, 0.1\],/0.1, 0.1]}/'
refused 2 equal_levels/job.ini PGA 0.1 intensity_measure_types_and_levels
hazard no_levels job.ini 's/logscale(0.005, 2.0, 20)/logscale(0.005, 2.0/'
refused 2 no_levels/job.ini intensity_measure_types_and_levels
hazard off_the_globe job.ini 's/^region = .*/sites = 20.5 40.2, 20.5 95.0/; /^region_grid_spacing/d'
refused 2 off_the_globe/job.ini "latitude 95" sites
hazard two_geometries job.ini 's/^region = .*/&\nsites = 20.5 40.2/'
refused 2 two_geometries/job.ini sites region

# What is known and not computed
refused 2 "$MTC_SOURCE/tests/system/source_kinds/job.ini" "exclude each other" "independent sources" -- \
    --set calculation_mode=disaggregation --set max_sites_disagg=12 --set poes_disagg=0.1 --set mag_bin_width=0.5 \
    --set distance_bin_width=20 --set coordinate_bin_width=20 --set num_epsilon_bins=3
hazard ucerf source_model_large.xml 's/<areaSource /<UCERFSource /; s:</areaSource>:</UCERFSource>:'
refused 2 ucerf/job.ini "UCERF3 sources" "source_model_large.xml:"


# What OpenQuake has and mtc has not: one error that names the feature.
n_features=0
feature() { # OPTION WORD...
    local status=0 word
    without_mpi check "$inputs/hazard/job.ini" --set "$1" > output.txt 2>&1 || status=$?
    [ "$status" = 2 ] || fail "$1: exit status $status instead of 2"
    for word in "${@:2}" "not part of mtc"; do
        [ "$(grep -cF -- "$word" output.txt)" = 1 ] || fail "$1: '$word' is not said exactly once"
    done
    n_features=$((n_features + 1))
}
feature calculation_mode=event_based "event-based hazard"
feature calculation_mode=scenario "scenario hazard"
feature calculation_mode=conditional_spectrum "conditional spectrum"
feature calculation_mode=aftershock "aftershock hazard"
for mode in classical_risk classical_damage classical_bcr event_based_risk event_based_damage ebrisk scenario_risk \
    scenario_damage multi_risk reinsurance_risk infrastructure_risk; do
    feature "calculation_mode=$mode" "= $mode (risk is"
done
feature amplification_csv=a.csv "site amplification"
feature soil_intensities=0.1 "site amplification"
feature reqv_hdf5=table.hdf5 "equivalent distances"
feature collapse_level=1 "collapsing of ruptures"
feature exposure_file=exposure.xml exposure_file
echo "$n_features features of OpenQuake are refused by name"

# A misspelt key of a hazard job is only a warning (real jobs hold some), but it names what was meant.
hazard misspelt job.ini 's/^maximum_distance = .*/&\nminimun_magnitude = 5.0/'
with_status 0 without_mpi check misspelt/job.ini > output.txt 2>&1
grep -F minimun_magnitude output.txt | grep -qF minimum_magnitude || fail "no warning about minimun_magnitude"
# In a section of mtc's own it is an error.
hazard misspelt_own job.ini '$ a [mtc]\nsheduler_rank = auto'
refused 2 misspelt_own/job.ini sheduler_rank scheduler_rank

# Outputs that cannot be written: a folder that is not there, one that takes no files
for place in no_such_folder/out.h5 /proc/out.h5; do
    refused '[12]' "$inputs/synthetic.ini" "$place" -- --output "$place"
done

# An output of another input stays as it is, and the message tells the ways out.
with_status 0 on_ranks 1 "$inputs/synthetic.ini" --output kept.h5
before=$(sha256sum < kept.h5)
synthetic another 's/^n_tasks = .*/n_tasks = 21/'
refused 2 another/job.ini --fresh --output kept.h5 -- --output kept.h5
[ "$(sha256sum < kept.h5)" = "$before" ] || fail "an output of another input was changed"

echo "$n_mistakes mistakes, $n_refusals refusals"
[ "$n_mistakes" -ge 26 ] || fail "there are at least 26"
