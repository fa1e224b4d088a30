#!/usr/bin/env bash
# Mistakes in sources of every kind, in files of sections and ruptures and in packed models: each is one message with
# file, line, element, value, what is accepted and the nearest known name.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=tests/system/refusals.sh
. "$MTC_SOURCE/tests/system/refusals.sh"

refuse_on=1 # rank, that reads; system_bad_input tells that the others end with it
kinds=$MTC_SOURCE/tests/system/source_kinds

# source_kinds FOLDER FILE SED-SCRIPT: the job of every kind of source with one mistake in it
source_kinds() {
    mkdir "$1"
    cp "$kinds"/* "$1"
    sed -i "$3" "$1/$2"
    ! cmp -s "$kinds/$2" "$1/$2" || fail "$1: sed changed nothing in $2"
}
# at FOLDER FILE TEXT: "FILE:line", of the first line that holds the text
at() { echo "$2:$(line_of "$1/$2" "$3")"; }

echo "--- negative binomial occurrences"
point='<pointSource id="point"'
binomial() { # FOLDER ATTRIBUTES WORD...: the attributes on the first source
    local folder=$1 attributes=$2
    shift 2
    source_kinds "$folder" source_model.xml "s/$point/& $attributes/"
    refused 2 "$folder/job.ini" "$(at "$folder" source_model.xml "$point"): " "$@"
}
binomial misspelt_tom 'tom="NegativeBinomalTOM" alpha="1" mu="1"' "tom = 'NegativeBinomalTOM'" \
    "PoissonTOM and NegativeBinomialTOM are accepted" "Did you mean 'NegativeBinomialTOM'?"
binomial no_alpha 'tom="NegativeBinomialTOM" mu="1"' "no attribute alpha"
binomial no_mu 'tom="NegativeBinomialTOM" alpha="1"' "no attribute mu"
binomial zero_alpha 'tom="NegativeBinomialTOM" alpha="0" mu="1"' "alpha = 0" "above 0"
binomial text_alpha 'tom="NegativeBinomialTOM" alpha="two" mu="1"' alpha two
source_kinds tom_of_group source_model.xml 's/name="independent"/& tom="NegativeBinomialTOM"/'
refused 2 tom_of_group/job.ini "source_model.xml:4: tom = 'NegativeBinomialTOM' of a group" "PoissonTOM is accepted"
source_kinds tom_of_listed source_model.xml 's/<multiFaultSource /&tom="NegativeBinomialTOM" alpha="1" mu="1" /'
refused 2 tom_of_listed/job.ini "$(at tom_of_listed source_model.xml "<multiFaultSource")" "of a multiFaultSource"
source_kinds tom_in_cluster source_model.xml 's/ id="second"/& tom="NegativeBinomialTOM" alpha="1" mu="1"/'
refused 2 tom_in_cluster/job.ini "$(at tom_in_cluster source_model.xml 'id="second"')" "in a cluster"

echo "--- kites"
kite() { # FOLDER SED-COMMAND WORD...: the command applied to the kite fault alone
    local folder=$1 command=$2
    shift 2
    source_kinds "$folder" source_model.xml "/<kiteFaultSource/,/<.kiteFaultSource>/{$command}"
    refused 2 "$folder/job.ini" "$@"
}
kite_line=$(line_of "$kinds/source_model.xml" '<kiteFaultSource')
kite one_profile '/9.95 45.12/d; /10.1 45.2 1/d' "source_model.xml:$((kite_line + 1)): <kiteSurface> holds 1 profiles" "at least 2"
kite one_point 's/9.95 45.12 1 9.95 45.26 15/9.95 45.12 1/' "source_model.xml:$((kite_line + 3)): " "at least 2 are accepted"
kite two_numbers 's/9.95 45.26 15/9.95 45.26/' "source_model.xml:$((kite_line + 3)): " "posList" 5
kite off_the_globe 's/9.95 45.26 15/9.95 95.26 15/' "source_model.xml:$((kite_line + 3)): " 95.26
kite no_number 's/9.95 45.26 15/9.95 45.26 deep/' "source_model.xml:$((kite_line + 3)): " deep
kite misspelt_kite 's/kiteSurface/kiteSurfac/' "source_model.xml:$kite_line: " "kiteSurface"
kite misspelt_profile 's/<profile>/<profil>/; s:</profile>:</profil>:' "source_model.xml:$((kite_line + 1)): " "profiles"
kite with_hypocentres 's:<rake>90</rake>:&<hypoList/>:' "<hypoList> in <kiteFaultSource>" "simpleFaultSource alone"
source_kinds two_surfaces source_model.xml "/whole_kites/,/<.surface>/{s/<kiteSurface>/<planarSurface\/><kiteSurface>/}"
refused 2 two_surfaces/job.ini "<kiteSurface> beside <planarSurface> in <surface>" "one kind" "source_model.xml:"
source_kinds coarse job.ini 's/^rupture_mesh_spacing = .*/rupture_mesh_spacing = 40/'
refused 2 coarse/job.ini "source_model.xml:" "mesh"

echo "--- gridded surfaces, which are read and refused unless their source is left out"
grid='<griddedSurface><gml:posList>10.3 44.8 1 10.3 44.9 1 10.36 44.8 8</gml:posList></griddedSurface>'
source_kinds gridded source_model.xml "/id=\"whole_plane\"/,/<.surface>/{/<planarSurface>/,/<.planarSurface>/c\\$grid
}"
refused 2 gridded/job.ini "$(at gridded source_model.xml 'id="whole_plane"'): " "source 'whole_plane': griddedSurface" \
    "kiteSurface are accepted" source_id
without_mpi check gridded/job.ini --set source_id=point > output.txt 2>&1 || fail "gridded: the other sources are refused, too"

echo "--- multi-fault sources and their sections"
source_kinds unknown_section source_model.xml 's/indexes="east"/indexes="eest"/'
refused 2 unknown_section/job.ini "section 'eest' is in no <geometryModel>" "Did you mean 'east'?" \
    "$(at unknown_section source_model.xml "<multiFaultSource")"
source_kinds no_sections source_model_logic_tree.xml 's/ sections.xml//'
refused 2 no_sections/job.ini "no file of the logic tree holds a <geometryModel>" "<uncertaintyModel>" "source_model.xml:"
source_kinds gone_sections source_model.xml 's/<multiFaultSource /&faultSectionFname="gone.xml" /'
refused 2 gone_sections/job.ini gone.xml "faultSectionFname of 'sections'" \
    "$(at gone_sections source_model.xml "<multiFaultSource")"
source_kinds equal_sections sections.xml 's/id="east"/id="west"/'
refused 2 equal_sections/job.ini "section 'west' (the first of this id is at equal_sections/sections.xml:4" \
    "$(at equal_sections sections.xml 'name="east"')"
source_kinds plane_section sections.xml '0,/<kiteSurface>/s//<planarSurface\/>&/'
refused 2 plane_section/job.ini "<planarSurface> in <section>" "kiteSurface" "sections.xml:5"
source_kinds empty_rupture source_model.xml 's/indexes="east"/indexes=""/'
refused 2 empty_rupture/job.ini "without sections" "$(at empty_rupture source_model.xml 'indexes=""')"
source_kinds short_list source_model.xml 's/probs_occur="0.8 0.15 0.05"/probs_occur="0.8 0.2"/'
refused 2 short_list/job.ini "probs_occur holds 2 probabilities (accepted: 3" \
    "$(at short_list source_model.xml 'probs_occur="0.8 0.2"')"
source_kinds wrong_sum source_model.xml 's/probs_occur="0.8 0.15 0.05"/probs_occur="0.8 0.15 0.15"/'
refused 2 wrong_sum/job.ini probs_occur 1.1 "$(at wrong_sum source_model.xml 'probs_occur="0.8 0.15 0.15"')"

echo "--- ruptures in HDF5"
"$python" - "$kinds" << 'EOF'
import os
import re
import shutil
import sys

import h5py
import numpy as np

kinds = sys.argv[1]
model = open(kinds + "/source_model.xml").read()
source = re.search(r"<multiFaultSource.*?</multiFaultSource>", model, re.S).group(0)
sound = {
    "mag": np.float32([6.6, 6.9, 6.4]),
    "rake": np.float32([90, 0, -90]),
    "probs_occur": np.array([[0.9, 0.1], [0.95, 0.05], [0.8, 0.2]]),
    "rupture_idxs": ["west", "west east", "east"],
}
mistakes = {
    "no_dataset": {"rake": None},
    "short_column": {"mag": sound["mag"][:2]},
    "texts_for_numbers": {"mag": ["6.6", "6.9", "6.4"]},
    "numbers_for_texts": {"rupture_idxs": np.arange(3)},
    "wrong_sum": {"probs_occur": sound["probs_occur"] + 0.1},
    "unknown_section": {"rupture_idxs": ["west", "west est", "east"]},
    "nan_magnitude": {"mag": np.float32([6.6, np.nan, 6.4])},
}
for name in [*mistakes, "no_group"]:
    folder = "hdf5_" + name
    shutil.copytree(kinds, folder)
    short = model.replace(source, '<multiFaultSource id="sections" name="sections"/>')
    open(folder + "/source_model.xml", "w").write(short)
    with h5py.File(folder + "/source_model.hdf5", "w") as file:
        group = file.create_group("other" if name == "no_group" else "sections")
        for column, values in {**sound, **mistakes.get(name, {})}.items():
            if values is not None:
                group[column] = values
EOF
hdf5=source_model.hdf5
refused 2 hdf5_no_dataset/job.ini "$hdf5: no dataset /sections/rake" "mag, rake, probs_occur and rupture_idxs"
refused 2 hdf5_short_column/job.ini "$hdf5: /sections/" " rows (accepted: "
refused 2 hdf5_texts_for_numbers/job.ini "$hdf5: /sections/mag holds no numbers"
refused 2 hdf5_numbers_for_texts/job.ini "$hdf5: /sections/rupture_idxs holds no texts"
refused 2 hdf5_wrong_sum/job.ini "$hdf5, row 0 of the ruptures" probs_occur
refused 2 hdf5_nan_magnitude/job.ini "$hdf5, row 1 of the ruptures" magnitude
refused 2 hdf5_unknown_section/job.ini "section 'est' is in no <geometryModel>" "Did you mean"
refused 2 hdf5_no_group/job.ini "$hdf5: no group" "sections"

echo "--- packed models and jobs"
hazard cut_gzip source_model_logic_tree.xml 's/source_model_large.xml/&.gz/'
gzip -c "$inputs/hazard/source_model_large.xml" | head -c 300 > cut_gzip/source_model_large.xml.gz
refused 2 cut_gzip/job.ini "source_model_large.xml.gz: cannot be unpacked"
hazard packed_mistake source_model_logic_tree.xml 's/source_model_large.xml/&.gz/'
sed '0,/WC1994/s/WC1994/WC1995/' "$inputs/hazard/source_model_large.xml" | gzip > packed_mistake/source_model_large.xml.gz
refused 2 packed_mistake/job.ini "source_model_large.xml.gz:$(line_of "$inputs/hazard/source_model_large.xml" WC1994)" \
    WC1995 "Did you mean 'WC1994'?"
"$python" - "$inputs/hazard" << 'EOF'
import pathlib
import sys
import zipfile

files = [path for path in sorted(pathlib.Path(sys.argv[1]).iterdir()) if path.is_file()]
with zipfile.ZipFile("no_job.zip", "w") as archive:
    for path in files:
        if path.suffix != ".ini":
            archive.write(path, path.name)
with zipfile.ZipFile("two_jobs.zip", "w") as archive:
    for name in ("a.ini", "b.ini"):
        archive.write(pathlib.Path(sys.argv[1]) / "job.ini", name)
with zipfile.ZipFile("outside.zip", "w") as archive:
    archive.write(files[0], "../outside.txt")
with zipfile.ZipFile("whole.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    for path in files:
        archive.write(path, path.name)
data = pathlib.Path("whole.zip").read_bytes()
pathlib.Path("cut.zip").write_bytes(data[: len(data) // 2])
EOF
refused 2 no_job.zip no_job.zip .ini
refused 2 two_jobs.zip two_jobs.zip "holds several .ini or .toml" "called job"
refused 2 outside.zip outside.zip "../outside.txt"
refused 2 cut.zip cut.zip

echo "$n_mistakes mistakes, $n_refusals refusals"
[ "$n_mistakes" -ge 41 ] || fail "there are at least 41"
