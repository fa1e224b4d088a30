#include "durable/mishaps.hpp"

#include "durable/crash_report.hpp"
#include "durable/fnv1a.hpp"
#include "durable/status.hpp"
#include "mtc/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>

namespace mtc::durable {
namespace {

constexpr std::string_view forgiven = "forgiven";
constexpr std::string_view cut_short{"\t(cut short)"}; // at the end of a line that was not written whole
constexpr std::array kinds{Mishap::Kind::error, Mishap::Kind::skipped, Mishap::Kind::crash,
                           Mishap::Kind::memory};

std::string one_line(std::string text)
{
    std::ranges::replace_if(
        text, [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
    return text;
}

std::vector<std::string_view> fields_of(std::string_view line)
{
    std::vector<std::string_view> fields;
    for (std::size_t begin = 0; begin <= line.size();) {
        const std::size_t end = std::min(line.find('\t', begin), line.size());
        fields.push_back(line.substr(begin, end - begin));
        begin = end + 1;
    }
    return fields;
}

template <class Number>
bool read_number(std::string_view field, Number& number)
{
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
    return error == std::errc{} && end == field.data() + field.size();
}

/// "dataset:first row:bytes in hexadecimal", one after the other, parted by commas.
std::string rows_text(const std::vector<UnitRows>& rows)
{
    std::string all;
    for (const UnitRows& part : rows) {
        all += fmt::format("{}{}:{}:", all.empty() ? "" : ",", part.dataset.value(), part.first_row);
        for (const std::byte byte : part.bytes)
            all += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    }
    return all;
}

/// Nothing when it is damaged.
std::vector<UnitRows> rows_of(std::string_view field)
{
    std::vector<UnitRows> rows;
    while (!field.empty()) {
        const std::size_t end = std::min(field.find(','), field.size());
        const std::string_view part = field.substr(0, end);
        field.remove_prefix(std::min(end + 1, field.size()));
        const std::size_t first = part.find(':');
        const std::size_t second = part.find(':', first + 1);
        std::uint32_t dataset = 0;
        UnitRows read;
        if (second == std::string_view::npos || (part.size() - second) % 2 != 1 ||
            !read_number(part.substr(0, first), dataset) ||
            !read_number(part.substr(first + 1, second - first - 1), read.first_row))
            return {};
        read.dataset = DatasetId{dataset};
        for (std::size_t i = second + 1; i < part.size(); i += 2) {
            unsigned char byte = 0;
            if (std::from_chars(part.data() + i, part.data() + i + 2, byte, 16).ptr != part.data() + i + 2)
                return {};
            read.bytes.push_back(std::byte{byte});
        }
        rows.push_back(std::move(read));
    }
    return rows;
}

/// Nothing for a line that is cut short or damaged: its unit is tried once more.
std::optional<Mishap> mishap_of(const std::vector<std::string_view>& fields)
{
    Mishap mishap;
    std::uint32_t stage = 0;
    std::uint64_t unit = 0;
    if (fields.size() != 8 && fields.size() != 9)
        return std::nullopt;
    const auto kind =
        std::ranges::find_if(kinds, [&](Mishap::Kind known) { return name(known) == fields[1]; });
    if (kind == kinds.end() || !read_number(fields[2], stage) || !read_number(fields[3], unit) ||
        !read_number(fields[4], mishap.rank))
        return std::nullopt;
    mishap.kind = *kind;
    mishap.unit = {StageId{stage}, UnitId{unit}};
    mishap.host = fields[5];
    mishap.when = fields[6];
    mishap.why = fields[7];
    if (fields.size() > 8)
        mishap.rows = rows_of(fields[8]);
    return mishap;
}

} // namespace

std::string_view name(Mishap::Kind kind) noexcept
{
    switch (kind) {
    case Mishap::Kind::error:
        return "error";
    case Mishap::Kind::skipped:
        return "skipped";
    case Mishap::Kind::crash:
        return "crash";
    case Mishap::Kind::memory:
        break;
    }
    return "memory";
}

Mishaps::Mishaps(std::filesystem::path folder, std::uint64_t input_hash)
    : folder_{std::move(folder)}
    , input_hash_{input_hash}
{
    if (folder_.empty())
        return;
    std::ifstream file{folder_ / "mishaps"};
    const std::string hash = Fnv1a::text(input_hash_);
    for (std::string line; std::getline(file, line) && !half_a_line_;) {
        half_a_line_ = file.eof();
        if (half_a_line_ || line.ends_with(cut_short))
            continue;
        const std::vector<std::string_view> fields = fields_of(line);
        if (fields.front() != hash)
            continue;
        if (fields.size() == 2 && fields[1] == forgiven)
            n_forgiven_ = all_.size();
        else if (std::optional<Mishap> mishap = mishap_of(fields))
            all_.push_back(std::move(*mishap));
    }
}

std::span<const Mishap> Mishaps::counting() const
{
    return std::span{all_}.subspan(n_forgiven_);
}

void Mishaps::append(const std::string& line)
{
    if (folder_.empty())
        return;
    std::error_code ignored; // opening fails then, and says why
    std::filesystem::create_directories(folder_, ignored);
    const std::string path = (folder_ / "mishaps").string();
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "ae"), std::fclose};
    const std::string whole = half_a_line_ ? text(cut_short, "\n", line) : line;
    half_a_line_ = true;
    if (!file || std::fwrite(whole.data(), 1, whole.size(), file.get()) != whole.size() ||
        std::fflush(file.get()) != 0)
        throw IoError(text(path, ": cannot write (", std::strerror(errno), ")"));
    half_a_line_ = false;
}

void Mishaps::add(Mishap mishap)
{
    if (mishap.when.empty())
        mishap.when = utc_now();
    mishap.why = one_line(std::move(mishap.why));
    all_.push_back(mishap);
    append(fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}{}{}\n", Fnv1a::text(input_hash_), name(mishap.kind),
                       mishap.unit.stage.value(), mishap.unit.unit.value(), mishap.rank, mishap.host,
                       mishap.when, mishap.why, mishap.rows.empty() ? "" : "\t", rows_text(mishap.rows)));
}

std::vector<Mishap> Mishaps::take_crashes()
{
    std::vector<Mishap> taken;
    for (const std::filesystem::path& path : crash_reports(folder_)) {
        const std::optional<CrashReport> report = read_crash_report(path);
        if (!report || report->input_hash != input_hash_)
            continue;
        std::error_code failed; // counted once: the report stays for people, under another name
        std::filesystem::rename(path, path.string() + ".seen", failed);
        if (failed)
            throw IoError(text(path.string(), ": cannot be renamed (", failed.message(), ")"));
        if (report->unit.stage.is_none())
            continue; // no unit was computed
        taken.push_back({.kind = Mishap::Kind::crash,
                         .unit = report->unit,
                         .rank = report->rank,
                         .host = report->host,
                         .when = report->when,
                         .why = text(report->signal, ", see ", path.string(), ".seen")});
        add(taken.back());
    }
    return taken;
}

void Mishaps::forgive()
{
    if (n_forgiven_ == all_.size())
        return;
    n_forgiven_ = all_.size();
    append(fmt::format("{}\t{}\n", Fnv1a::text(input_hash_), forgiven));
}

} // namespace mtc::durable
