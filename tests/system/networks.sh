#!/usr/bin/env bash
# A host loses its network while its rank has nothing to do, so that nobody misses messages of it: the others end the run.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
PYTHONPATH=$tools "$python" "$(dirname "${BASH_SOURCE[0]}")/pull_cables.py" "$MTC" "$scratch"
