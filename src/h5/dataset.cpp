#include "h5/dataset.hpp"

#include "h5/attribute.hpp"
#include "h5/type.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace mtc::h5 {

namespace {

constexpr std::string_view axes_attribute = "axes";
constexpr std::string_view meaning_attribute = "meaning";

std::vector<std::string> text_list(const File& file, const std::string& object, std::string_view name)
{
    const std::optional<AttributeValue> value = read_attribute(file, object, std::string{name});
    const auto* found = value ? std::get_if<std::vector<std::string>>(&*value) : nullptr;
    return found == nullptr ? std::vector<std::string>{} : *found;
}

void write_description(const File& file, const Dataset& dataset)
{
    if (!dataset.axes.empty())
        write_attribute(file, dataset.path, std::string{axes_attribute}, dataset.axes);
    std::vector<std::string> meanings;
    for (const Field& field : dataset.fields)
        meanings.push_back(field.meaning);
    if (std::any_of(meanings.begin(), meanings.end(), [](const std::string& m) { return !m.empty(); }))
        write_attribute(file, dataset.path, std::string{meaning_attribute}, meanings);
}

/// Extents of a chunk of about a megabyte: whole rows, or part of one where rows are larger.
std::vector<hsize_t> chunk_of(const Dataset& dataset)
{
    constexpr std::uint64_t wanted_bytes = 1U << 20U;
    std::vector<hsize_t> extents = extents_of(dataset);
    std::uint64_t row_bytes = std::max<std::uint64_t>(dataset.row_bytes(), 1);
    for (std::size_t axis = 1; axis < dataset.outer.size(); ++axis)
        row_bytes *= std::max<std::uint64_t>(dataset.outer[axis], 1);
    for (std::size_t axis = 1; axis < extents.size(); ++axis)
        while (row_bytes > wanted_bytes && extents[axis] > 1) {
            row_bytes = row_bytes / extents[axis] * ((extents[axis] + 1) / 2);
            extents[axis] = (extents[axis] + 1) / 2;
        }
    extents.front() = std::clamp<hsize_t>(wanted_bytes / row_bytes, 1, std::max<hsize_t>(extents.front(), 1));
    return extents;
}

/// Rows [first, end) of the axes from `axis` on; those before it are set in `box`.
void add_boxes(const Dataset& dataset, std::size_t axis, Box box, std::uint64_t first, std::uint64_t end,
               std::vector<Box>& boxes)
{
    std::uint64_t stride = 1; // rows of one step along the axis
    for (std::size_t later = axis + 1; later < dataset.outer.size(); ++later)
        stride *= dataset.outer[later];
    while (first < end) {
        const std::uint64_t step = first / stride;
        const bool whole = first % stride == 0 && end - first >= stride;
        const std::uint64_t stop = whole ? end - end % stride : std::min(end, (step + 1) * stride);
        box.start[axis] = step;
        box.extents[axis] = whole ? (stop - first) / stride : 1;
        if (whole)
            boxes.push_back(box);
        else
            add_boxes(dataset, axis + 1, box, first % stride, stop - step * stride, boxes);
        first = stop;
    }
}

} // namespace

std::vector<hsize_t> extents_of(const Dataset& dataset)
{
    std::vector<hsize_t> extents{dataset.outer.begin(), dataset.outer.end()};
    if (extents.empty())
        extents.push_back(dataset.n_rows);
    extents.insert(extents.end(), dataset.inner.begin(), dataset.inner.end());
    return extents;
}

std::vector<Box> boxes_of(const Dataset& dataset, std::uint64_t first_row, std::uint64_t n_rows)
{
    std::vector<Box> boxes;
    if (n_rows > 0)
        add_boxes(dataset, 0, {std::vector<hsize_t>(extents_of(dataset).size(), 0), extents_of(dataset)},
                  first_row, first_row + n_rows, boxes);
    return boxes;
}

DatasetHandle create_dataset(const File& file, const Dataset& dataset, int compression)
{
    file.make_groups_of(dataset.path);
    const TypeHandle type = cell_type(dataset.fields);
    const std::vector<hsize_t> extents = extents_of(dataset);
    const SpaceHandle space{check(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr),
                                  file.path(), dataset.path, "make its shape")};
    const PropertiesHandle creation{
        check(H5Pcreate(H5P_DATASET_CREATE), file.path(), dataset.path, "create properties")};
    const std::vector<hsize_t> chunk = chunk_of(dataset);
    if (compression > 0 && dataset.n_rows > 0) {
        check(H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data()), file.path(),
              dataset.path, "set the size of chunks");
        check(H5Pset_shuffle(creation.get()), file.path(), dataset.path, "set the shuffle");
        check(H5Pset_deflate(creation.get(), static_cast<unsigned>(compression)), file.path(), dataset.path,
              "set the compression");
    } else {
        check(H5Pset_layout(creation.get(), H5D_CONTIGUOUS), file.path(), dataset.path, "set the layout");
    }
    check(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY), file.path(), dataset.path,
          "set allocation");
    check(H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER), file.path(), dataset.path, "set filling");
    // Results must not differ between two runs of the same calculation, not even by a time stamp.
    check(H5Pset_obj_track_times(creation.get(), false), file.path(), dataset.path, "switch off time stamps");
    DatasetHandle handle{check(H5Dcreate2(file.get(), dataset.path.c_str(), type.get(), space.get(),
                                          H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                               file.path(), dataset.path, "create the dataset")};
    write_description(file, dataset);
    return handle;
}

Dataset describe(const File& file, const std::string& path)
{
    const DatasetHandle handle{
        check(H5Dopen2(file.get(), path.c_str(), H5P_DEFAULT), file.path(), path, "open the dataset")};
    const TypeHandle type{check(H5Dget_type(handle.get()), file.path(), path, "read the type")};
    const SpaceHandle space{check(H5Dget_space(handle.get()), file.path(), path, "read the shape")};
    const int n_axes = check(H5Sget_simple_extent_ndims(space.get()), file.path(), path, "read the shape");
    if (n_axes < 1)
        throw Error{
            text(file.path().string(), ":", path, ": a dataset without axes (expected at least one)")};
    std::vector<hsize_t> extents(static_cast<std::size_t>(n_axes));
    check(H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr), file.path(), path,
          "read the shape");

    Dataset dataset;
    dataset.path = path;
    try {
        dataset.fields = fields_of(type.get());
    } catch (const Error& error) {
        throw Error{text(file.path().string(), ":", path, ": ", error.what())};
    }
    dataset.n_rows = extents.front();
    dataset.inner.assign(extents.begin() + 1, extents.end());
    dataset.axes = text_list(file, path, axes_attribute);
    std::vector<std::string> meanings = text_list(file, path, meaning_attribute);
    meanings.resize(dataset.fields.size());
    for (std::size_t i = 0; i < meanings.size(); ++i)
        dataset.fields[i].meaning = std::move(meanings[i]);
    return dataset;
}

namespace {

/// Reads a box into memory of the given type.
void read_box(const File& file, const Dataset& dataset, const Box& box, hid_t type, void* out)
{
    const DatasetHandle handle{check(H5Dopen2(file.get(), dataset.path.c_str(), H5P_DEFAULT), file.path(),
                                     dataset.path, "open the dataset")};
    const SpaceHandle stored{check(H5Dget_space(handle.get()), file.path(), dataset.path, "read the shape")};
    check(H5Sselect_hyperslab(stored.get(), H5S_SELECT_SET, box.start.data(), nullptr, box.extents.data(),
                              nullptr),
          file.path(), dataset.path, "select a part");
    const SpaceHandle packed{
        check(H5Screate_simple(static_cast<int>(box.extents.size()), box.extents.data(), nullptr),
              file.path(), dataset.path, "make a shape")};
    check(H5Dread(handle.get(), type, packed.get(), stored.get(), H5P_DEFAULT, out), file.path(),
          dataset.path, "read the dataset");
}

} // namespace

std::vector<std::byte> read_rows(const File& file, const Dataset& dataset, std::uint64_t first_row,
                                 std::uint64_t n_rows)
{
    std::vector<std::byte> bytes(n_rows * dataset.row_bytes());
    if (bytes.empty())
        return bytes;
    Box box{std::vector<hsize_t>(dataset.inner.size() + 1, 0), extents_of(dataset)};
    box.start.front() = first_row;
    box.extents.front() = n_rows;
    const TypeHandle type = cell_type(dataset.fields);
    read_box(file, dataset, box, type.get(), bytes.data());
    return bytes;
}

void read_numbers(const File& file, const Dataset& dataset, const Box& box, std::vector<double>& values)
{
    hsize_t n = 1;
    for (const hsize_t extent : box.extents)
        n *= extent;
    values.resize(n);
    if (n > 0)
        read_box(file, dataset, box, H5T_NATIVE_DOUBLE, values.data());
}

Table read_table(const File& file, const std::string& path)
{
    Dataset dataset = describe(file, path);
    std::vector<std::byte> bytes = read_rows(file, dataset, 0, dataset.n_rows);
    return {std::move(dataset), std::move(bytes)};
}

} // namespace mtc::h5
