#pragma once

#include <cstdint>

namespace mtc::import_csv {

/// How a file parts its records and fields. Records end with \n or \r\n.
struct Dialect {
    char delimiter = ',';
    char quote = '"';                  ///< '\0': none
    std::uint16_t quoted_newlines = 0; ///< 1: a newline between quotes belongs to the field
};

} // namespace mtc::import_csv
