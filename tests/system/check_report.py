"""Holds the data in a report against the output that it was made of.

    check_report.py PAGE.html OUTPUT.h5     prints how many numbers it compared
"""

import base64
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))
from mtc_reader import Output, np  # noqa: E402

MOST_BYTES = 10e6
page_path, output_path = sys.argv[1:]
page = open(page_path, encoding="utf-8").read()
size = os.path.getsize(page_path)
assert size < MOST_BYTES, f"{page_path}: {size} bytes"

begin, end = '<script id="data" type="application/json">', "</script>"
first = page.index(begin) + len(begin)
data = json.loads(page[first : page.index(end, first)])
frame = page[: first] + page[page.index(end, first) :]
outside = [found for found in re.findall(r"""(?:https?:)?//[\w.]+\.\w+|\b(?:src|href)=|@import|url\((?!#)""", frame)
           if "www.w3.org" not in found]  # the name of SVG's name space
assert not outside, f"{page_path}: needs {outside}"


def floats(text):
    return np.frombuffer(base64.b64decode(text), "<f4")


n_compared = 0
with Output(output_path) as out:
    ranks = out.table("ranks")
    tasks = out.table("tasks")
    run = data["run"]
    assert run["n_ranks"] == len(ranks) and run["n_tasks"] == len(tasks)
    assert np.isclose(run["sums"][0], ranks["busy_s"].sum())
    bars = floats(run["tasks"]["rows"]).reshape(-1, 6)
    assert bars[:, 5].sum() == tasks["n_merged"].sum(), "tasks are missing on the time line"
    assert (bars[:, 2] >= bars[:, 1]).all() and np.isclose(bars[:, 2].max(), out.task_ends().max(), rtol=1e-5)
    n_compared += len(bars)

    hazard = data["results"]
    if out.has("hcurves") or out.has("hcurves", "realizations"):
        shown = hazard["curves"]
        parts = [out.curves(of).values[shown["sites"]] for of in ("statistics", "realizations") if out.has("hcurves", of)]
        stored = np.concatenate(parts, axis=1)[:, : len(shown["kinds"])]
        curves = floats(shown["values"]).reshape(stored.shape)
        assert np.array_equal(curves, stored.astype("f4")), "curves differ"
        n_compared += curves.size
        places = floats(hazard["map"]["lon"])
        assert np.array_equal(places, out.sites["lon"][:: hazard["map"]["step"]].astype("f4"))
        maps = floats(hazard["map"]["values"]).reshape(len(out.imts), len(hazard["map"]["poes"]), len(places))
        if not hazard["map"]["interpolated"]:
            kinds = list(out.statistics)
            stored = out.maps().values[:: hazard["map"]["step"], kinds.index("mean")]
            assert np.array_equal(maps, np.moveaxis(stored, 0, -1).astype("f4")), "maps differ"
        n_compared += maps.size
    else:
        assert hazard is None
    if "results/disagg_chosen" in out.file:
        tables = data["disagg"]["tables"]
        assert [t["name"] for t in tables] == ["Mag", "Dist", "TRT", "Mag_Dist", "Lon_Lat"]
        for one in tables:
            stored = out.disagg(one["name"]).values
            assert np.array_equal(floats(one["values"]).reshape(one["shape"]), stored.astype("f4")), one["name"]
            n_compared += stored.size
        assert np.array_equal(floats(data["disagg"]["edges"]["dist"]), out.disagg_edges("dist").astype("f4"))
    else:
        assert data["disagg"] is None
print(f"{os.path.basename(page_path)}: {size / 1e6:.2f} MB, {n_compared} numbers compared")
