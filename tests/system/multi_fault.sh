#!/usr/bin/env bash
# The ruptures of a multi-fault source are the same in its own element and in an HDF5 file, and as ruptures of a
# non-parametric source on the same kites; inferred rates are Poisson processes; broken files are told by name.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

kinds=$MTC_SOURCE/tests/system/source_kinds
cp "$kinds/sections.xml" .
"$python" - "$kinds" << 'EOF'
import re
import sys

import h5py
import numpy as np

folder = sys.argv[1]
model = open(folder + "/source_model.xml").read()
source = re.search(r"<multiFaultSource.*?</multiFaultSource>", model, re.S).group(0)
sections = dict(re.findall(r'<section name="\w+" id="(\w+)">(.*?)</section>', open("sections.xml").read(), re.S))
ruptures = re.findall(r'probs_occur="(.*?)"><magnitude>(.*?)<.*?indexes="(.*?)".*?<rake>(.*?)<', source)
assert len(ruptures) == 3 and len(sections) == 2

head = """<?xml version="1.0"?>
<nrml xmlns="http://openquake.org/xmlns/nrml/0.5" xmlns:gml="http://www.opengis.net/gml">
<sourceModel name="m" investigation_time="50">
<sourceGroup name="g" tectonicRegion="Active Shallow Crust">
"""
tail = "</sourceGroup></sourceModel></nrml>\n"
listed = '<nonParametricSeismicSource id="sections" name="listed">\n'
for probabilities, magnitude, names, rake in ruptures:
    listed += f"""<multiPlanesRupture probs_occur="{probabilities}"><magnitude>{magnitude}</magnitude><rake>{rake}</rake>
<hypocenter lon="10" lat="45.2" depth="6"/>{"".join(sections[name] for name in names.split(","))}</multiPlanesRupture>
"""
models = {
    "in_xml": source,
    "in_hdf5": '<multiFaultSource id="sections" name="sections"/>\n',
    "listed": listed + "</nonParametricSeismicSource>\n",
}
for name, content in models.items():
    open(name + ".xml", "w").write(head + content + tail)
with h5py.File("in_hdf5.hdf5", "w") as file:
    group = file.create_group("sections")
    group["mag"] = np.float32([float(magnitude) for _, magnitude, _, _ in ruptures])
    group["rake"] = np.float32([float(rake) for *_, rake in ruptures])
    group["probs_occur"] = np.array([[float(p) for p in probabilities.split()] for probabilities, *_ in ruptures])
    group["rupture_idxs"] = [names.replace(",", " ") for _, _, names, _ in ruptures]

# A model of the Joyner-Boore distance alone: hypocentres differ, and rx and ry0 of single sections, which are general
# coordinates in multi-fault sources alone.
job = open(folder + "/job.ini").read()
job = job.replace("gsim_logic_tree_file = gsim_logic_tree.xml", "gsim = BooreAtkinson2008")
tree = open(folder + "/source_model_logic_tree.xml").read()
for name in models:
    files = name + ".xml" + ("" if name == "listed" else " sections.xml")
    open(name + "_tree.xml", "w").write(tree.replace("source_model.xml sections.xml", files))
    open(name + ".ini", "w").write(job.replace("= source_model_logic_tree.xml", f"= {name}_tree.xml"))
EOF

for name in in_xml in_hdf5 listed; do
    on_ranks 2 "$name.ini" --output "$name.h5"
done
echo "--- in XML and in HDF5: the same bits"
compare_results in_xml.h5 in_hdf5.h5

echo "--- as ruptures one by one: but for 32-bit nodes of sections"
"$python" - << 'EOF'
import h5py
import numpy as np

curves = {name: h5py.File(name + ".h5")["results/hcurves_rlzs"][...] for name in ("in_xml", "listed")}
seen = curves["in_xml"] > 1e-6
assert seen.sum() > 100, seen.sum()
difference = np.abs(curves["listed"][seen] / curves["in_xml"][seen] - 1).max()
print(f"{seen.sum()} values, largest difference {difference:.2g}")
assert difference < 1e-4, difference
EOF

echo "--- inferred rates: p occurrences once become 1 - exp(-50 x ln 1 / p0) per 50 years"
on_ranks 2 in_xml.ini --set infer_occur_rates=true --output rates.h5
"$python" - << 'EOF'
import h5py
import numpy as np

largest = lambda name: h5py.File(name)["results/hcurves_rlzs"][...].max()
total = -np.log(0.9) - np.log(0.95) - np.log(0.8)
assert largest("in_xml.h5") <= 1 - 0.9 * 0.95 * 0.8 + 1e-9
assert largest("rates.h5") > 1 - np.exp(-0.9 * 50 * total), largest("rates.h5")
EOF

echo "--- broken files are told by name"
cp in_hdf5.hdf5 sound.hdf5
"$python" -c 'import h5py; del h5py.File("in_hdf5.hdf5", "r+")["sections/rake"]'
with_status 2 on_ranks 1 in_hdf5.ini --output broken.h5 2> messages
grep -q "in_hdf5.hdf5: no dataset /sections/rake" messages || fail "a missing dataset is not named"
head -c 700 sound.hdf5 > in_hdf5.hdf5
with_status 2 on_ranks 1 in_hdf5.ini --output broken.h5 2> messages
grep -q "in_hdf5.hdf5" messages || fail "a damaged file is not named"
rm in_hdf5.hdf5
with_status 2 on_ranks 1 in_hdf5.ini --output broken.h5 2> messages
grep -q "in_hdf5.xml:5: <multiFaultSource> holds no rupture" messages || fail "a missing file is not told"
