#include "commands/text/csv_file.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <utility>

namespace mtc::commands {
namespace {

/// The hash of the input folded to 32 bits: OpenQuake's files have a number of that size here.
std::uint32_t checksum(const std::string& hash)
{
    std::uint64_t value = 0;
    const std::size_t colon = hash.find(':');
    const char* first = hash.data() + (colon == std::string::npos ? 0 : colon + 1);
    std::from_chars(first, hash.data() + hash.size(), value, 16);
    return static_cast<std::uint32_t>(value ^ (value >> 32U));
}

} // namespace

CsvFile::CsvFile(std::filesystem::path path)
    : path_{std::move(path)}
    , stream_{path_, std::ios::binary}
{}

void CsvFile::write(const std::string& contents)
{
    stream_.write(contents.data(), static_cast<std::streamsize>(contents.size()));
    if (!stream_)
        refuse();
}

void CsvFile::close()
{
    stream_.close();
    if (!stream_)
        refuse();
}

void CsvFile::refuse() const
{
    throw IoError{text(path_.string(), ": cannot write the file (", std::strerror(errno), ")")};
}

std::string csv_field(const std::string& value)
{
    if (value.find_first_of(",\"\r\n") == std::string::npos)
        return value;
    std::string quoted = "\"";
    for (const char c : value)
        quoted += c == '"' ? std::string{"\"\""} : std::string{c};
    return quoted + '"';
}

std::string python_float(double value)
{
    const std::string shortest = fmt::format("{}", value);
    return shortest.find_first_of(".en") == std::string::npos ? shortest + ".0" : shortest;
}

std::string python_float(const std::string& number)
{
    double value = 0.0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error != std::errc{})
        return number.empty() ? "None" : number;
    return python_float(value);
}

std::string generated_by(const output::Reader& reader)
{
    return fmt::format("generated_by='mtc {}', start_date='{}', checksum={}", reader.attribute("mtc_version"),
                       reader.attribute("date_and_time").substr(0, 19),
                       checksum(reader.attribute("input_hash")));
}

} // namespace mtc::commands
