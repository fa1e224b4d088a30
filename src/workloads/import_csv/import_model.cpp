#include "workloads/import_csv/import_model.hpp"

#include "durable/fnv1a.hpp"

#include <algorithm>

namespace mtc::import_csv {

ImportModel::ImportModel(std::span<const std::byte> model)
    : job_{FlatReader{model}.get_one<Job>("job")}
    , files_{FlatReader{model}.get<FileInfo>("files")}
    , paths_{FlatReader{model}.texts("paths")}
{
    const FlatReader reader{model};
    durable::Fnv1a id;
    id.add(model);
    load_ = {.database = std::string{reader.text("database")},
             .table = std::string{reader.text("table")},
             .id = durable::Fnv1a::text(id.value()).substr(durable::Fnv1a::text(0).find(':') + 1),
             .max_connections = job_.max_connections};
    const auto types = reader.get<ColumnType>("types");
    const auto fields = reader.get<std::uint32_t>("fields");
    const auto has_default = reader.get<std::uint8_t>("has_default");
    const std::vector<std::string> names = reader.texts("names");
    const std::vector<std::string> defaults = reader.texts("defaults");
    for (std::size_t c = 0; c < types.size(); ++c) {
        columns_.push_back({{names[c], types[c]}, fields[c]});
        if (has_default[c] != 0)
            columns_.back().column.when_empty = defaults[c];
    }
}

std::uint64_t ImportModel::n_ranges() const noexcept
{
    return files_.empty() ? 0 : files_.back().first_range + files_.back().n_ranges;
}

std::uint64_t ImportModel::n_bytes() const noexcept
{
    std::uint64_t n = 0;
    for (const FileInfo& file : files_)
        n += file.n_bytes;
    return n;
}

std::size_t ImportModel::file_of(std::uint64_t range) const noexcept
{
    const auto behind = std::ranges::upper_bound(files_, range, {}, &FileInfo::first_range);
    return static_cast<std::size_t>(behind - files_.begin()) - 1;
}

ByteRange ImportModel::range(std::uint64_t range) const noexcept
{
    const FileInfo& file = files_[file_of(range)];
    const std::uint64_t n_bytes = file.n_bytes - file.data_begin;
    const auto begin_of = [&](std::uint64_t k) {
        return file.data_begin + n_bytes / file.n_ranges * k + std::min(k, n_bytes % file.n_ranges);
    };
    const std::uint64_t k = range - file.first_range;
    return {.begin = begin_of(k), .end = begin_of(k + 1), .first = k == 0};
}

} // namespace mtc::import_csv
