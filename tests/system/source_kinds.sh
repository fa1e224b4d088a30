#!/usr/bin/env bash
# A job of each kind of source by itself, of sources and ruptures that exclude each other and of a cluster: the same bits
# on any number of ranks. And the same jobs with negative binomial numbers of occurrences in place of Poisson's.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

echo "--- one job for each kind"
"$python" - "$MTC_SOURCE/tests/system/source_kinds" << 'EOF'
import os
import re
import shutil
import sys

origin = sys.argv[1]
model = open(origin + "/source_model.xml").read()
groups = re.findall(r"<sourceGroup .*?</sourceGroup>", model, re.S)
independent, exclusive, cluster = groups
head = model[: model.index("<sourceGroup")]
tail = "</sourceModel>\n</nrml>\n"
opening = independent[: independent.index(">") + 1]


def copies(xml, n):
    """Of all sources in it, with ids of their own: there is work for all ranks."""
    return "\n".join(re.sub(r'( id="[^"]*)"', rf'\g<1>_{i}"', xml) for i in range(n))


def sources(kind):
    found = re.findall(rf"<{kind} .*?</{kind}>", independent, re.S)
    assert found, kind
    return copies("\n".join(found), 8)


def copied_group(xml, n):
    begin, end = xml.index(">") + 1, xml.index("</sourceGroup>")
    return xml[:begin] + copies(xml[begin:end], n) + xml[end:]


listed = sources("nonParametricSeismicSource")
jobs = {
    kind: opening + sources(kind) + "</sourceGroup>\n"
    for kind in ("pointSource", "multiPointSource", "areaSource", "simpleFaultSource", "complexFaultSource",
                 "characteristicFaultSource", "kiteFaultSource", "multiFaultSource", "nonParametricSeismicSource")
}
jobs["cells"] = opening + sources("multiPointSource") + sources("areaSource") + "</sourceGroup>\n"
jobs["exclusive_sources"] = copied_group(exclusive.replace('"0.5 0.5"', '"' + "0.125 " * 8 + '"'), 4)
jobs["exclusive_ruptures"] = (
    opening.replace(">", ' rup_interdep="mutex" grp_probability="0.7">')
    + listed.replace("<nonParametricSeismicSource ", '<nonParametricSeismicSource rup_weights="0.4 0.6" ')
    + "</sourceGroup>\n"
)
jobs["cluster"] = copied_group(cluster, 4)
kinds = "|".join(("point", "multiPoint", "area", "simpleFault", "complexFault", "characteristicFault", "kiteFault"))


def binomial(xml, alpha):
    changed, n = re.subn(rf"<({kinds})Source ", rf'\g<0>tom="NegativeBinomialTOM" alpha="{alpha}" mu="0.1" ', xml)
    assert n > 0
    return changed


parametric = [kind for kind in jobs if re.fullmatch(rf"({kinds})Source", kind)]
assert len(parametric) == 7
for kind in [*parametric, "cells", "exclusive_sources"]:
    jobs["binomial_" + kind] = binomial(jobs[kind], 2)
    jobs["nearly_poisson_" + kind] = binomial(jobs[kind], 1e-9)

job = open(origin + "/job.ini").read()
for name, content in jobs.items():
    os.mkdir(name)
    for file in ("gsim_logic_tree.xml", "sections.xml"):
        shutil.copy(f"{origin}/{file}", name)
    open(name + "/source_model.xml", "w").write(head + content + tail)
    tree = open(origin + "/source_model_logic_tree.xml").read()
    if "multiFault" not in content:
        tree = tree.replace(" sections.xml", "")
    open(name + "/source_model_logic_tree.xml", "w").write(tree)
    spacing = 15 if "cells" in name or "exclusive_sources" in name else 0
    open(name + "/job.ini", "w").write(re.sub(r"^ps_grid_spacing = .*", f"ps_grid_spacing = {spacing}", job, flags=re.M))
EOF

# curves_of NAME RANKS
curves_of() { on_ranks "$2" "$1/job.ini" --output "$1.$2.h5" > output.txt 2> messages.txt; }

n_compared=0
for job in */job.ini; do
    name=${job%/job.ini}
    case $name in
        nearly_poisson_*) continue ;; # binomial_* with another number
        binomial_*) ranks="3 7" ;;
        *) ranks="2 3 4 7" ;;
    esac
    "$MTC" check "$job" > output.txt 2> messages.txt
    units=$(sed -n 's/^stage compute .* \([0-9]*\) units.*/\1/p' output.txt)
    [ "$units" -ge 8 ] || fail "$name: $units units are not enough for 7 ranks"
    curves_of "$name" 1
    for n in $ranks; do
        curves_of "$name" "$n"
        compare_results "$name.1.h5" "$name.$n.h5" > output.txt
        n_compared=$((n_compared + 1))
    done
    echo "$name: the same on 1, ${ranks// /, } ranks ($units units)"
done
[ "$n_compared" = $((13 * 4 + 9 * 2)) ] || fail "compared $n_compared runs"

echo "--- negative binomial: below Poisson, and as good as Poisson where alpha is"
for job in nearly_poisson_*/job.ini; do
    curves_of "${job%/job.ini}" 1
done
"$python" - << 'EOF'
import glob

import h5py
import numpy as np

names = sorted(file[len("binomial_") : -len(".1.h5")] for file in glob.glob("binomial_*.1.h5"))
assert len(names) == 9, names


def hazard(file):
    """-ln of the probability that nothing exceeds."""
    return -np.log1p(-h5py.File(file)["results/hcurves_rlzs"][...])


for name in names:
    poisson, binomial, nearly = (hazard(f"{kind}{name}.{n}.h5") for kind, n in
                                 (("", 1), ("binomial_", 1), ("nearly_poisson_", 1)))
    seen = poisson > 1e-6
    assert seen.sum() > 50, (name, seen.sum())
    limit = np.abs(nearly[seen] / poisson[seen] - 1).max()
    below = (1 - binomial[seen] / poisson[seen]).max()
    print(f"{name}: {seen.sum()} values, alpha = 1e-9 within {limit:.1g} of Poisson, alpha = 2 up to {below:.1%} below")
    assert limit < 1e-8, limit
    assert (binomial[seen] < poisson[seen]).all() and below > 0.001, below
EOF

echo "--- statistics of rates"
on_ranks 2 pointSource/job.ini --set use_rates=true --output rates.h5 > output.txt 2> messages.txt
"$python" - << 'EOF'
import h5py
import numpy as np

# The statistics are the mean and a quantile, over two realizations of the weights 0.6 and 0.4. [site, rlz, imt, lvl]
curves = h5py.File("rates.h5")["results/hcurves_rlzs"][...]
mean = h5py.File("rates.h5")["results/hcurves_stats"][:, 0]
assert curves.shape[1] == 2
wanted = -np.expm1(np.tensordot(np.log1p(-curves), [0.6, 0.4], axes=(1, 0)))
plain = np.tensordot(curves, [0.6, 0.4], axes=(1, 0))
seen = wanted > 1e-9
print(f"{seen.sum()} values, largest difference {np.abs(mean[seen] / wanted[seen] - 1).max():.1g}")
assert seen.sum() > 100
assert np.abs(mean[seen] / wanted[seen] - 1).max() < 1e-9
assert np.abs(plain[seen] / wanted[seen] - 1).max() > 1e-4 # the mean of probabilities is another
EOF
