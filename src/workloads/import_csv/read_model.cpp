#include "workloads/import_csv/import_model.hpp"

#include "config/check.hpp"
#include "config/nearest.hpp"
#include "config/values.hpp"
#include "workloads/import_csv/marks.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include <glob.h>
#include <sys/stat.h>

namespace mtc::import_csv {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t sample_bytes = std::size_t{1} << 16U; // tried before the run begins
constexpr std::size_t longest_header = std::size_t{1} << 20U;

/// Files that match a pattern, in the order of names; empty when there are none.
std::vector<std::string> matching(const std::string& pattern)
{
    glob_t found{};
    std::vector<std::string> paths;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
        paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    return paths;
}

std::vector<std::string> find_files(const Config& config)
{
    std::vector<std::string> paths;
    for (const std::string_view name : config::split_paths(config.text("files"))) {
        const fs::path path = config.input_folder() / name;
        std::error_code ignored;
        if (fs::is_regular_file(path, ignored)) {
            paths.push_back(path.string());
            continue;
        }
        if (fs::is_directory(path, ignored))
            throw InputError(text(config.where("files"), " (", path.string(), " is a folder). Is ",
                                  (path / "*.csv").string(), " meant?"));
        const std::vector<std::string> matches = matching(path.string());
        if (matches.empty())
            throw InputError(config::suggesting(text(config.where("files"), " (",
                                                     name.find_first_of("*?[") == std::string_view::npos
                                                         ? "no such file: "
                                                         : "nothing matches ",
                                                     fs::absolute(path).lexically_normal().string(), ")"),
                                                config::nearest_file(path)));
        paths.insert(paths.end(), matches.begin(), matches.end());
    }
    std::vector<std::string> sorted = paths;
    std::ranges::sort(sorted);
    if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
        throw InputError(text(config.where("files"), " (", *twice, " is named twice)"));
    return paths;
}

/// A letter by itself or by a name. \param names  name and letter, in turn
char letter_of(const Config& config, std::string_view key,
               std::span<const std::pair<std::string_view, char>> names)
{
    const std::string& value = config.text(key);
    std::string known;
    std::vector<std::string_view> words;
    for (const auto& [name, letter] : names) {
        if (value == name)
            return letter;
        known += text(", ", name);
        words.push_back(name);
    }
    if (value.size() == 1 && value != "\n" && value != "\r")
        return value.front();
    throw InputError(
        config::suggesting(text(config.where(key), " (accepted: a letter of one byte", known, ")"),
                           config::did_you_mean(value, words)));
}

Dialect dialect_of(const Config& config)
{
    static constexpr std::array<std::pair<std::string_view, char>, 6> delimiters{
        {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"\\t", '\t'}, {"pipe", '|'}, {"blank", ' '}}};
    static constexpr std::array<std::pair<std::string_view, char>, 2> quotes{
        {{"none", '\0'}, {"double", '"'}}};
    Dialect dialect;
    dialect.delimiter = letter_of(config, "delimiter", delimiters);
    dialect.quote = letter_of(config, "quote", quotes);
    dialect.quoted_newlines = config.flag("quoted_newlines") ? 1 : 0;
    if (dialect.delimiter == dialect.quote)
        throw InputError(text(config.where("quote"), " (the delimiter is the same letter)"));
    if (dialect.quoted_newlines != 0 && dialect.quote == '\0')
        throw InputError(text(config.where("quoted_newlines"), " (there are no quotes: quote = none)"));
    return dialect;
}

/// The beginning of a file.
struct Head {
    std::vector<std::string> header; ///< empty without one
    std::size_t n_fields = 0;        ///< of the header, or the first line
};

/// Looks at the beginning of a file. \param[in,out] info  gets its header's place
Head read_head(const CsvFile& file, const Dialect& dialect, bool has_header, FileInfo& info)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    std::vector<char> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(info.n_bytes, longest_header)));
    std::string_view bytes{buffer.data(),
                           file.read(0, std::span{buffer}.first(std::min(buffer.size(), sample_bytes)))};
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF") ||
        bytes.substr(0, 4096).find('\0') != std::string_view::npos)
        throw InputError(
            text(file.path(), " (not a text of one byte a letter or UTF-8: UTF-16, or not a CSV?)"));
    info.data_begin = bytes.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    std::size_t end = end_of_record(bytes.substr(info.data_begin), dialect);
    if (end == std::string_view::npos && bytes.size() < buffer.size()) {
        bytes = {buffer.data(), file.read(0, buffer)};
        end = end_of_record(bytes.substr(info.data_begin), dialect);
    }
    if (end == std::string_view::npos && bytes.size() < info.n_bytes)
        throw InputError(text(file.path(), ":1: the first line does not end in ", longest_header, " bytes"));
    std::string_view line = bytes.substr(info.data_begin, end);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
        line.remove_suffix(1);
    const std::vector<std::string> fields = fields_of(line, dialect);
    if (!has_header)
        return {.header = {}, .n_fields = line.empty() ? 0 : fields.size()};
    if (line.empty())
        throw InputError(
            text(file.path(), ":1: the line is empty (with header = true it names the columns)"));
    const std::uint64_t header_end = end == std::string_view::npos ? bytes.size() : info.data_begin + end;
    info.n_header_lines = count({bytes.data(), static_cast<std::size_t>(header_end)}, '\n');
    info.data_begin = header_end;
    return {.header = fields, .n_fields = fields.size()};
}

std::int64_t nanoseconds(const timespec& time)
{
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// Two headers that should be equal.
void compare_headers(const std::string& path, const Head& head, const std::string& first_path,
                     const Head& first)
{
    if (head.n_fields != first.n_fields)
        throw InputError(text(path, ":1: ", head.n_fields, " columns (", first_path, " has ", first.n_fields,
                              "; all files have the same)"));
    for (std::size_t i = 0; i < head.header.size(); ++i)
        if (head.header[i] != first.header[i])
            throw InputError(text(path, ":1: column ", i + 1, " is '", head.header[i], "' (in ", first_path,
                                  " '", first.header[i], "'; all files have the same columns)"));
}

/// Where the declared columns stand in a record; those to skip are left out.
std::vector<PlacedColumn> place(const std::vector<Column>& declared, const Head& head,
                                const std::string& path, const std::string& where)
{
    std::vector<PlacedColumn> placed;
    const std::vector<std::string_view> known(head.header.begin(), head.header.end());
    for (std::size_t i = 0; i < declared.size(); ++i) {
        std::size_t field = i;
        if (!known.empty()) {
            field = static_cast<std::size_t>(std::ranges::find(known, declared[i].name) - known.begin());
            if (field == known.size()) {
                std::string names;
                for (const std::string_view name : known)
                    names += text(names.empty() ? "" : ", ", name);
                throw InputError(
                    config::suggesting(text(where, ": columns: ", declared[i].name, " (not in the header of ",
                                            path, ", which has: ", config::shortened(names), ")"),
                                       config::did_you_mean(declared[i].name, known)));
            }
            if (std::find(known.begin() + static_cast<std::ptrdiff_t>(field) + 1, known.end(),
                          declared[i].name) != known.end())
                throw InputError(text(path, ":1: column ", declared[i].name, " stands twice in the header"));
        }
        if (declared[i].type.kind != ColumnKind::skip)
            placed.push_back({declared[i], static_cast<std::uint32_t>(field)});
    }
    if (placed.empty())
        throw InputError(text(where, ": columns: all are skipped"));
    return placed;
}

/// A default that is no value of its type.
void check_defaults(std::span<const PlacedColumn> columns, const std::string& where)
{
    for (const PlacedColumn& placed : columns) {
        const ColumnType& type = placed.column.type;
        if (!placed.column.when_empty)
            continue;
        const std::string& value = *placed.column.when_empty;
        std::array<std::byte, 8> ignored{};
        const bool is_text = type.kind == ColumnKind::text || type.kind == ColumnKind::category;
        if (is_text ? value.size() > type.size : !to_value(value, type, ignored.data()))
            throw InputError(text(where, ": columns: ", placed.column.name, " ", name_of(type), " default ",
                                  value, " (", why_not(type), ")"));
    }
}

/// Tries the first records of a file, so that a wrong declaration is told before the run.
/// \returns lines in the sample, and its bytes
std::pair<std::uint64_t, std::uint64_t> try_sample(const CsvFile& file, const FileInfo& info,
                                                   const Dialect& dialect,
                                                   std::span<const PlacedColumn> columns,
                                                   std::size_t n_fields, bool stops)
{
    RangeReader reader;
    const std::uint64_t end = std::min<std::uint64_t>(info.data_begin + sample_bytes, info.n_bytes);
    const RangeText range = reader.read(file, {.begin = info.data_begin, .end = end, .first = true}, dialect);
    const Splitter splitter{dialect, n_fields};
    Converter converter{columns, dialect, n_fields};
    Batch batch;
    std::vector<BadRecord> bad;
    for (std::size_t at = 0; stops && at < range.stop && bad.empty(); converter.clear()) {
        at = splitter.split(range.text, at, range.stop, batch, bad);
        converter.append(range.text, batch, bad);
    }
    if (!bad.empty()) {
        const BadRecord& first = *std::ranges::min_element(bad, {}, &BadRecord::begin);
        throw InputError(text(file.path(), ":",
                              info.n_header_lines + 1 + count({range.text.data(), first.begin}, '\n'), ": ",
                              first.why, ". bad_lines = reject puts such lines into a table"));
    }
    return {count(range.text, '\n'), range.text.size()};
}

/// Where rows go; no database: into the output file.
Load read_load(const Config& config)
{
    Load load;
    if (!config.has("to")) {
        for (const char* const key : {"table", "max_connections"})
            if (config.has(key))
                throw InputError(text(config.where(key), " (without `to` there is no database)"));
        return load;
    }
    load.database = config.text("to");
    if (!load.database.starts_with("postgresql://") && !load.database.starts_with("postgres://"))
        throw InputError(text(config.where("to"), " (known: postgresql://[user@]host[:port]/database)"));
    const std::size_t host = load.database.find("://") + 3;
    const std::string_view authority =
        std::string_view{load.database}.substr(host, load.database.find('/', host) - host);
    const std::size_t at = authority.find('@');
    if (load.database.find("password=") != std::string::npos ||
        (at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos))
        throw InputError(
            text(config.entries().find("to")->second.origin,
                 ": to = postgresql://... (holds a password, which the output file would keep). Put "
                 "it into ~/.pgpass or PGPASSWORD?"));
    require_postgresql(config.where("to"));
    if (!config.has("table"))
        throw InputError(text(config.where("to"), " (`table` is missing: the table to load into)"));
    load.table = config.text("table");
    if (config.has("max_connections"))
        load.max_connections = static_cast<std::uint32_t>(config.integer("max_connections"));
    return load;
}

} // namespace

ModelBytes read_model(const Config& config, Notes& notes)
{
    const std::vector<std::string> paths = find_files(config);
    const std::string& where = config.entries().find("columns")->second.origin;
    const std::vector<Column> declared = parse_columns(config.text("columns"), where);
    const bool has_header = config.flag("header");
    const auto range_bytes = static_cast<std::uint64_t>(config.integer("range_bytes"));
    Job job;
    job.dialect = dialect_of(config);
    job.rejects = config.text("bad_lines") == "reject" ? 1 : 0;
    std::vector<FileInfo> files;
    std::vector<PlacedColumn> columns;
    std::optional<Head> first;
    std::pair<std::uint64_t, std::uint64_t> sample{0, 0};
    std::uint64_t n_ranges = 0;
    std::uint64_t n_bytes = 0;
    for (const std::string& path : paths) {
        const CsvFile file{path};
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0)
            throw InputError(text(path, " (cannot be looked at)"));
        FileInfo info{.n_bytes = file.size(), .modified_ns = nanoseconds(status.st_mtim)};
        const Head head =
            info.n_bytes == 0 && !has_header ? Head{} : read_head(file, job.dialect, has_header, info);
        if (!has_header && head.n_fields != 0 && head.n_fields != declared.size())
            throw InputError(
                text(path, ":1: ", head.n_fields, " fields (", declared.size(),
                     " are declared; without a header all are, with the type skip where one is not "
                     "wanted)"));
        if (!first) {
            first = head;
            job.n_fields = static_cast<std::uint32_t>(has_header ? head.n_fields : declared.size());
            columns = place(declared, head, path, where);
            check_defaults(columns, where);
        } else if (has_header) {
            compare_headers(path, head, paths.front(), *first);
        }
        if (sample.second == 0)
            sample = try_sample(file, info, job.dialect, columns, job.n_fields, job.rejects == 0);
        info.first_range = n_ranges;
        info.n_ranges =
            std::max<std::uint64_t>((info.n_bytes - info.data_begin + range_bytes - 1) / range_bytes, 1);
        n_ranges += info.n_ranges;
        n_bytes += info.n_bytes - info.data_begin;
        files.push_back(info);
    }
    if (sample.second > 0)
        job.n_lines =
            static_cast<std::uint64_t>(static_cast<double>(n_bytes) * static_cast<double>(sample.first) /
                                       static_cast<double>(sample.second));
    std::vector<ColumnType> types;
    std::vector<std::uint32_t> fields;
    std::vector<std::uint8_t> has_default;
    std::vector<std::string> names;
    std::vector<std::string> defaults;
    for (const PlacedColumn& placed : columns) {
        types.push_back(placed.column.type);
        fields.push_back(placed.field);
        has_default.push_back(placed.column.when_empty ? 1 : 0);
        names.push_back(placed.column.name);
        defaults.push_back(placed.column.when_empty.value_or(""));
    }
    const Load load = read_load(config);
    job.max_connections = load.max_connections;
    FlatWriter model;
    model.add_one("job", job);
    model.add("files", files);
    model.add_texts("paths", paths);
    model.add("types", types);
    model.add("fields", fields);
    model.add("has_default", has_default);
    model.add_texts("names", names);
    model.add_texts("defaults", defaults);
    model.add_text("database", load.database);
    model.add_text("table", load.table);
    ModelBytes bytes = model.finish();
    if (!load.database.empty())
        for (std::string& remark : check_load(ImportModel{bytes}.load(), columns, config.where("to")))
            notes.remarks.push_back(std::move(remark));
    return bytes;
}

} // namespace mtc::import_csv
