#pragma once

#include "workloads/import_csv/converter.hpp"
#include "workloads/import_csv/splitter.hpp"

#include <span>
#include <string>
#include <string_view>

namespace mtc::import_csv {

/// Adds the records of a batch as lines of CSV that PostgreSQL's COPY takes: the imported columns alone, in
/// their order, fields parted as in the file, quoted by '"'. An empty field is NULL.
void append_copy_text(std::string_view text, const Batch& batch, std::span<const PlacedColumn> columns,
                      const Dialect& dialect, std::size_t n_fields, std::string& out);

} // namespace mtc::import_csv
