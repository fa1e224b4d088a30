"""Flips the lowest bit of one number in the middle of the largest dataset under /results; prints which."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))
from mtc_file import datasets_and_attributes, h5py, np  # noqa: E402

with h5py.File(sys.argv[1], "r+") as file:
    datasets, _ = datasets_and_attributes(file)
    path, dataset = max(datasets.items(), key=lambda item: item[1].nbytes)
    values = np.ascontiguousarray(dataset[()])
    rows = values.reshape(-1).view(np.uint8).reshape(values.size, -1)
    middle = values.size // 2
    rows[middle, 0] ^= 1
    dataset[()] = values
    index = np.unravel_index(middle, values.shape)
    print(f"{path}[{', '.join(str(int(i)) for i in index)}]")
