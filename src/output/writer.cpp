#include "output/writer.hpp"

#include "h5/attribute.hpp"
#include "h5/disk.hpp"
#include "mpi/environment.hpp"
#include "mpi/pulse.hpp"
#include "mpi/together.hpp"
#include "output/broadcast.hpp"
#include "output/build_info.hpp"
#include "output/schema.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <exception>
#include <utility>

namespace mtc::output {

namespace {

std::string now_utc()
{
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::string hdf5_version()
{
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    H5get_libversion(&major, &minor, &release);
    return fmt::format("{}.{}.{}", major, minor, release);
}

/// Names and values of the root's texts, in turn.
std::vector<std::string> root_texts(const RunInfo& info)
{
    return {"filetype",         std::string{filetype},
            "mtc_version",      std::string{build_info::version},
            "git_sha1",         std::string{build_info::git_sha1},
            "compiler_version", std::string{build_info::compiler},
            "hdf5_version",     hdf5_version(),
            "mpi_version",      mpi::Environment::library_version(),
            "date_and_time",    now_utc(),
            "calculation_mode", info.calculation_mode,
            "description",      info.description,
            "input_file",       info.input_file,
            "input_hash",       info.input_hash,
            "instruction_set",  info.instruction_set};
}

Table text_table(const std::string& value)
{
    const auto length = static_cast<std::uint32_t>(std::max<std::size_t>(value.size(), 1));
    Table table{
        {std::string{path::input_text}, {{"", Element::text, length, "the input file, unchanged"}}, 1}, {}};
    table.bytes.resize(length);
    std::transform(value.begin(), value.end(), table.bytes.begin(), [](char c) { return std::byte(c); });
    return table;
}

/// Adds the counts of units [first, first + counts.size()) over all ranks. Units have few holders, so the
/// upper bits count those, and a unit that two ranks hold is found.
constexpr unsigned holder_bit = 44;
constexpr std::uint64_t count_mask = (std::uint64_t{1} << holder_bit) - 1;

void sum_counts(const mpi::Communicator& comm, const Dataset& dataset, std::uint64_t first,
                std::span<std::uint64_t> counts)
{
    for (std::uint64_t& count : counts)
        count += count == 0 ? 0 : std::uint64_t{1} << holder_bit;
    comm.sum_in_place(counts);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] >> holder_bit > 1)
            throw ComputeError{text("unit ", first + i, " has records of ", dataset.path, " on ",
                                    counts[i] >> holder_bit, " ranks (one rank must hold all)")};
        counts[i] &= count_mask;
    }
}

/// Reads all that describes the contents of a closed file: what MPI-IO reports as written may be missing.
void check_readable(const std::filesystem::path& path)
{
    const h5::File file = h5::File::open(path);
    for (const std::string& object : file.objects())
        if (file.is_dataset(object))
            (void)h5::describe(file, object);
    if (h5::read_text_attribute(file, "/", "status").empty())
        throw IoError{text(path.string(), ": the status that was written is missing when read")};
}

} // namespace

RunInfo run_info_of(const Config& config)
{
    RunInfo info;
    info.input_file = config.input_file().string();
    info.input_text = config.input_text();
    if (config.has("compression"))
        info.compression = static_cast<std::int32_t>(config.integer("compression"));
    for (const auto& [key, entry] : config.entries())
        info.configuration.push_back({key, entry.value, entry.origin});
    return info;
}

void Writer::all_or_none(const std::function<void()>& work)
{
    try {
        mpi::together(comm_, work);
    } catch (const Error&) {
        give_up();
        throw;
    }
}

Writer::Writer(const mpi::Communicator& comm, std::filesystem::path final_path, const RunInfo& info,
               std::span<const h5::Hint> hints)
    : comm_{comm}
    , final_{std::move(final_path)}
    , part_{final_.string() + ".part"}
{
    all_or_none([&] { create(info, hints); });
    const Table input = text_table(comm_.rank() == 0 ? info.input_text : std::string{});
    write_table(&input);
    const Table configuration = configuration_layout().table(
        path::configuration,
        comm_.rank() == 0 ? std::span{info.configuration} : std::span<const ConfigurationRow>{}, "key");
    write_table(&configuration);
}

Writer::~Writer()
{
    if (!file_)
        return;
    // Left by an exception that the other ranks may know nothing of: closing would wait for them.
    if (std::uncaught_exceptions() > 0) {
        file_->abandon();
        remove_part();
        return;
    }
    give_up();
}

void Writer::give_up() noexcept
{
    if (file_) {
        try {
            file_->close();
        } catch (const Error&) {
            file_->abandon(); // what failed before is already on its way to the caller
        }
        file_.reset();
    }
    remove_part();
}

void Writer::remove_part() const noexcept
{
    std::error_code ignored;
    if (comm_.rank() == 0)
        std::filesystem::remove(part_, ignored);
}

void Writer::create(const RunInfo& info, std::span<const h5::Hint> hints)
{
    const std::vector<std::string> texts =
        broadcast(comm_, comm_.rank() == 0 ? root_texts(info) : std::vector<std::string>{});
    compression_ = info.compression;
    comm_.broadcast(std::as_writable_bytes(std::span{&compression_, 1}), 0);
    file_ = h5::create_parallel(part_, comm_, hints);
    for (std::size_t i = 0; i < texts.size(); i += 2)
        h5::write_attribute(*file_, "/", texts[i], texts[i + 1]);
    h5::write_attribute(*file_, "/", "format_version", std::vector<std::int64_t>{format_major, format_minor});
    h5::write_attribute(*file_, "/", "n_ranks", std::int64_t{comm_.size()});
}

h5::Transfer Writer::create_and_write(const Dataset& dataset, std::span<const h5::RowPiece> pieces,
                                      int compression)
{
    const h5::DatasetHandle handle = h5::create_dataset_with_space(*file_, comm_, dataset, compression);
    return h5::write_rows(*file_, comm_, handle, dataset, pieces);
}

void Writer::write_table(const Table* table)
{
    all_or_none([&] {
        const bool speaks = comm_.rank() == 0;
        const Dataset dataset = broadcast(comm_, speaks ? table->dataset : Dataset{});
        std::vector<h5::RowPiece> pieces;
        if (speaks)
            pieces.push_back({0, table->bytes});
        create_and_write(dataset, pieces);
    });
}

h5::Transfer Writer::write_rows(const Dataset& dataset, std::span<const h5::RowPiece> pieces)
{
    h5::Transfer transfer;
    all_or_none([&] {
        const bool is_result = dataset.path.starts_with("/results/");
        transfer = create_and_write(dataset, pieces, is_result ? compression_ : 0);
    });
    return transfer;
}

h5::Transfer Writer::write_records(const Dataset& dataset, std::span<const UnitPiece> pieces,
                                   std::uint64_t n_units)
{
    h5::Transfer transfer;
    std::vector<UnitPiece> sorted(pieces.begin(), pieces.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const UnitPiece& a, const UnitPiece& b) { return a.unit < b.unit; });
    all_or_none([&] {
        mpi::together(comm_, [&] {
            if (!sorted.empty() && sorted.back().unit >= n_units)
                throw ComputeError{text("unit ", sorted.back().unit, " has records of ", dataset.path,
                                        " (the stage has ", n_units, " units)")};
        });
        const Dataset start{dataset.path + "_start",
                            {{"", Element::uint64, 1, "first record of each unit, and the number of all"}},
                            n_units + 1,
                            {},
                            {"unit"}};
        const h5::DatasetHandle start_handle = h5::create_dataset_with_space(*file_, comm_, start);

        // Units are counted in stretches, so that memory does not grow with their number.
        constexpr std::uint64_t stretch = std::uint64_t{1} << 20U;
        std::vector<h5::RowPiece> placed;
        std::uint64_t next_record = 0;
        auto piece = sorted.begin();
        for (std::uint64_t first = 0; first <= n_units; first += stretch) {
            const std::uint64_t end = std::min(first + stretch, n_units + 1);
            std::vector<std::uint64_t> counts(end - first, 0);
            auto last = piece;
            for (; last != sorted.end() && last->unit < end; ++last)
                counts[last->unit - first] += last->bytes.size() / dataset.row_bytes();
            sum_counts(comm_, dataset, first, counts);
            for (std::uint64_t& count : counts)
                next_record += std::exchange(count, next_record);
            std::uint64_t row = 0;
            for (auto previous = sorted.end(); piece != last; previous = piece++) {
                if (previous == sorted.end() || previous->unit != piece->unit)
                    row = counts[piece->unit - first];
                placed.push_back({row, piece->bytes});
                row += piece->bytes.size() / dataset.row_bytes();
            }
            std::vector<h5::RowPiece> starts;
            if (comm_.rank() == 0)
                starts.push_back({first, std::as_bytes(std::span{counts})});
            h5::write_rows(*file_, comm_, start_handle, start, starts);
        }
        Dataset records = dataset;
        records.n_rows = next_record;
        transfer = create_and_write(records, placed);
    });
    return transfer;
}

void Writer::finish(ExitStatus status)
{
    all_or_none([&] {
        const std::string_view name =
            status == ExitStatus::some_sources_failed ? status_some_failed : status_complete;
        h5::write_attribute(*file_, "/", "status", std::string{name});
        mpi::together(comm_, [&] {
            const mpi::SystemCall flushing;
            h5::check(H5Fflush(file_->get(), H5F_SCOPE_GLOBAL), part_, {}, "bring the file to the disk");
        });
        mpi::together(comm_, [&] {
            const mpi::SystemCall closing;
            file_->close();
        });
        file_.reset();
        mpi::together(comm_, [&] {
            if (comm_.rank() != 0)
                return;
            h5::sync(part_);
            check_readable(part_);
            std::error_code error;
            std::filesystem::rename(part_, final_, error);
            if (error)
                throw IoError{
                    text(part_.string(), ": cannot rename to ", final_.string(), " (", error.message(), ")")};
            h5::sync(final_.parent_path());
        });
    });
}

} // namespace mtc::output
