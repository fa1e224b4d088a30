#include "output/reader.hpp"

#include "h5/attribute.hpp"
#include "output/rows.hpp"
#include "output/schema.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace mtc::output {

namespace {

struct TextRow {
    std::string value;
};

h5::File open_checked(const std::filesystem::path& path)
{
    if (!std::filesystem::exists(path))
        throw InputError{text(path.string(), ": no such file. Is the calculation complete? Ask 'mtc status ",
                              path.string(), "'")};
    h5::silence();
    if (std::filesystem::is_directory(path) || H5Fis_hdf5(path.c_str()) <= 0)
        throw InputError{text(path.string(), ": not an HDF5 file (expected an output of mtc)")};
    h5::File file = h5::File::open(path);
    const std::string found = h5::read_text_attribute(file, "/", "filetype");
    if (found != filetype)
        throw InputError{text(path.string(), ": filetype '", found, "' (expected '", filetype,
                              "'): this HDF5 file was not written by mtc")};
    const auto version = h5::read_attribute(file, "/", "format_version");
    const auto* numbers = version ? std::get_if<std::vector<std::int64_t>>(&*version) : nullptr;
    if (numbers == nullptr || numbers->size() != 2)
        throw InputError{text(path.string(), ": no format_version (expected [major, minor])")};
    if (numbers->front() > format_major)
        throw InputError{text(path.string(), ": format version ", numbers->front(), ".", numbers->back(),
                              " (this program reads up to ", format_major, ".x). It was written by mtc ",
                              h5::read_text_attribute(file, "/", "mtc_version"),
                              "; use that or a newer one")};
    return file;
}

} // namespace

Reader::Reader(const std::filesystem::path& path)
    : file_{open_checked(path)}
{}

std::string Reader::attribute(const std::string& name) const
{
    return h5::read_text_attribute(file_, "/", name);
}

std::int64_t Reader::n_ranks() const
{
    const auto value = h5::read_attribute(file_, "/", "n_ranks");
    const auto* number = value ? std::get_if<std::int64_t>(&*value) : nullptr;
    return number == nullptr ? 0 : *number;
}

Table Reader::table(std::string_view path) const
{
    if (!has(path))
        throw InputError{text(file_.path().string(), ": holds no ", path, " (calculation_mode '",
                              attribute("calculation_mode"), "'). See 'mtc show ", file_.path().string(),
                              " contents' for what it holds")};
    return h5::read_table(file_, std::string{path});
}

std::vector<std::string> Reader::texts(std::string_view path) const
{
    static const auto layout = RowLayout<TextRow>{}.add("", &TextRow::value, "");
    std::vector<std::string> values;
    for (TextRow& row : layout.unpack(table(path)))
        values.push_back(std::move(row.value));
    return values;
}

std::string Reader::input_text() const
{
    const std::vector<std::string> all = texts(path::input_text);
    return all.empty() ? std::string{} : all.front();
}

std::string Reader::configured(std::string_view key) const
{
    for (ConfigurationRow& row : rows(configuration_layout(), path::configuration))
        if (row.key == key)
            return std::move(row.value);
    return {};
}

} // namespace mtc::output
