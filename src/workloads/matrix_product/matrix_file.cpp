#include "workloads/matrix_product/matrix_file.hpp"

#include "config/nearest.hpp"

#include "mtc/error.hpp"

#include <optional>
#include <utility>

#include <sys/stat.h>

namespace mtc::matrix_product {
namespace {

std::string shape_text(const Dataset& dataset)
{
    std::string shape = text(dataset.n_rows);
    for (const std::uint64_t extent : dataset.inner)
        shape += text(" x ", extent);
    return shape;
}

bool is_matrix(const Dataset& dataset)
{
    return dataset.inner.size() == 1 && dataset.fields.size() == 1 && dataset.fields.front().name.empty() &&
           dataset.fields.front().element != Element::text;
}

/// Names of all matrices of a file.
std::vector<std::string> matrices_of(const h5::File& file)
{
    std::vector<std::string> names;
    for (const std::string& object : file.objects()) {
        if (!file.is_dataset(object))
            continue;
        try {
            if (is_matrix(h5::describe(file, object)))
                names.push_back(object);
        } catch (const Error&) { // of a type that is none of ours
        }
    }
    return names;
}

[[noreturn]] void refuse_name(const std::string& where, const h5::File& file, const std::string& dataset)
{
    const std::vector<std::string> matrices = matrices_of(file);
    const std::vector<std::string_view> names{matrices.begin(), matrices.end()};
    std::string known;
    for (const std::string_view name : names)
        known += text(known.empty() ? "" : ", ", name);
    throw InputError(text(where, " (", file.path().string(), " has no dataset ", dataset, "; its matrices: ",
                          known.empty() ? "none" : known, ").", config::did_you_mean(dataset, names)));
}

h5::File opened(const std::string& where, const std::filesystem::path& path)
{
    try {
        return h5::File::open(path);
    } catch (const Error& error) {
        throw InputError(text(where, " (", error.what(), ")"));
    }
}

} // namespace

MatrixName find_matrix(const Config& config, std::string_view key)
{
    const std::string where = config.where(key);
    const std::string& value = config.text(key);
    const std::size_t colon = value.rfind(":/");
    if (colon == std::string::npos || colon == 0 || colon + 2 == value.size())
        throw InputError(text(where, " (accepted: a file and a dataset in it, such as matrices.h5:/A)"));
    MatrixName name;
    name.file = config.input_folder() / value.substr(0, colon);
    name.dataset = value.substr(colon + 1);
    struct stat found {};
    if (::stat(name.file.c_str(), &found) != 0)
        throw InputError(text(where, " (there is no file ", name.file.string(), ")"));
    name.n_bytes = found.st_size;
    name.modified_ns = found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec;
    const h5::File file = opened(where, name.file);
    if (!file.has(name.dataset) || !file.is_dataset(name.dataset))
        refuse_name(where, file, name.dataset);
    std::optional<Dataset> dataset;
    try {
        dataset = h5::describe(file, name.dataset);
    } catch (const Error& error) {
        throw InputError(text(where, " (", error.what(), ")"));
    }
    if (!is_matrix(*dataset))
        throw InputError(
            text(where, " (its shape is ", shape_text(*dataset), "; accepted: two axes of plain numbers)"));
    name.n_rows = dataset->n_rows;
    name.n_columns = dataset->inner.front();
    if (name.n_rows == 0 || name.n_columns == 0)
        throw InputError(text(where, " (its shape is ", shape_text(*dataset), ": it holds nothing)"));
    return name;
}

MatrixFile::MatrixFile(const std::string& file, const std::string& dataset)
    : file_{h5::File::open(file)}
    , dataset_{h5::describe(file_, dataset)}
{}

void MatrixFile::read(std::uint64_t first_row, std::uint64_t n_rows, std::uint64_t first_column,
                      std::uint64_t n_columns, std::vector<double>& values) const
{
    h5::read_numbers(file_, dataset_, {{first_row, first_column}, {n_rows, n_columns}}, values);
}

} // namespace mtc::matrix_product
