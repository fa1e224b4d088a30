#!/usr/bin/env bash
# A job is the same job with its files in subfolders, its source models packed by gzip, and as one .zip.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cp -r "$inputs/hazard" plain
on_ranks 1 plain/job.ini --output plain.h5 2> messages.txt

echo "--- in subfolders, one source model packed"
mkdir -p deep/hazard/trees/models
cp plain/job.ini deep/hazard
cp plain/*_logic_tree.xml deep/hazard/trees
cp plain/source_model_*.xml deep/hazard/trees/models
gzip deep/hazard/trees/models/source_model_large.xml
sed -i -e 's#= *\([a-z_]*_logic_tree.xml\)#= trees/\1#' deep/hazard/job.ini
sed -i -e 's#source_model_moderate.xml#models/&#' -e 's#source_model_large.xml#models/&.gz#' \
    deep/hazard/trees/source_model_logic_tree.xml
printf '%s\n' 'exports = csv' 'export_dir = exported' >> deep/hazard/job.ini
on_ranks 2 deep/hazard/job.ini --output deep.h5 2> messages.txt
compare_results plain.h5 deep.h5
[ -s deep/hazard/exported/realizations.csv ] || fail "nothing was exported beside the job"

echo "--- packed whole"
"$python" - << 'PYTHON'
import pathlib
import zipfile

with zipfile.ZipFile("deep/packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    for path in sorted(pathlib.Path("deep/hazard").rglob("*")):
        if path.is_file() and "exported" not in path.parts:
            archive.write(path, path.relative_to("deep"))
PYTHON
mkdir unpacked
export TMPDIR=$PWD/unpacked
without_mpi check deep/packed.zip > output.txt
grep -q "the input is good" output.txt || fail "mtc check does not take the archive"
on_ranks 2 deep/packed.zip 2> messages.txt
compare_results plain.h5 packed.h5
[ -s deep/exported/realizations.csv ] || fail "nothing was exported beside the archive"
on_ranks 1 run deep/packed.zip --hc plain.h5 --output again.h5 2> messages.txt
"$python" - << 'PYTHON'
import h5py

for name in ("packed.h5", "again.h5"):
    found = h5py.File(name)["/"].attrs["input_file"]
    found = found.decode() if isinstance(found, bytes) else str(found)
    assert found == "deep/packed.zip:hazard/job.ini", (name, found)
PYTHON
if compgen -G "unpacked/mtc-job-*" > /dev/null; then fail "unpacked jobs were left behind"; fi
