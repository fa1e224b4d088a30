#pragma once

#include "output/reader.hpp"

#include <filesystem>
#include <fstream>
#include <string>

/// \file
/// What CSV files named and shaped as OpenQuake's have in common.
namespace mtc::commands {

/// A file that is whole or an IoError.
class CsvFile {
public:
    explicit CsvFile(std::filesystem::path path);
    void write(const std::string& contents);
    void close();

private:
    [[noreturn]] void refuse() const;
    std::filesystem::path path_;
    std::ofstream stream_;
};

/// A text as a field of CSV.
[[nodiscard]] std::string csv_field(const std::string& value);

/// 50 as "50.0", no number as "None": readers of these files expect a float of Python's.
[[nodiscard]] std::string python_float(const std::string& number);
[[nodiscard]] std::string python_float(double value);

/// How the comment of the first line begins: "generated_by='mtc 0.1.0', start_date='...', checksum=...".
[[nodiscard]] std::string generated_by(const output::Reader& reader);

} // namespace mtc::commands
