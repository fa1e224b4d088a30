#pragma once

#include "workloads/import_csv/converter.hpp"
#include "workloads/import_csv/dialect.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Loading into a PostgreSQL table, all or nothing. Units fill a staging table, each in a transaction of its
/// own that also notes the unit, so that none is loaded twice, whoever died when. At the end one transaction
/// makes the staging table the table that was asked for, or adds its rows to one that was there, and notes in
/// `mtc_loads` that these files are in it.
namespace mtc::import_csv {

/// What is loaded where.
struct Load {
    std::string database;              ///< postgresql://host/name
    std::string table;                 ///< name, or schema.name
    std::string id;                    ///< of the input: the same input is the same load
    std::uint32_t max_connections = 0; ///< as given; 0: what the server allows less a reserve
};

/// \throws InputError  where mtc was built without libpq, naming what is missing
void require_postgresql(const std::string& where);

/// Whether the table, where there is one, can take the columns. Writes nothing.
/// \returns what to tell the user \throws InputError  no connection, no such column, password in the address
[[nodiscard]] std::vector<std::string> check_load(const Load& load, std::span<const PlacedColumn> columns,
                                                  const std::string& where);

/// What the beginning of a load has found.
struct LoadState {
    std::uint32_t max_connections = 1; ///< at once
    std::uint32_t already_loaded = 0;  ///< 1: these files are in the table
};

/// Makes the staging tables where they are not there. \throws IoError
[[nodiscard]] LoadState begin_load(const Load& load, std::span<const PlacedColumn> columns);

/// Takes bytes of the COPY under way.
using CopySink = std::function<void(std::string_view)>;

/// Loads one unit, in its own transaction, on a connection of its own, waiting while all that are allowed
/// are in use. Nothing happens when it was loaded before.
/// \param rows  puts n_rows lines of CSV into the sink, fields parted by `delimiter`, quoted by '"'
/// \throws IoError  with the server's words
void load_unit(const Load& load, const LoadState& state, std::span<const PlacedColumn> columns,
               std::uint64_t unit, std::uint64_t n_rows, char delimiter,
               const std::function<void(const CopySink&)>& rows);

/// The last transaction. \throws IoError  when a unit is missing
void end_load(const Load& load, std::span<const PlacedColumn> columns, std::uint64_t n_units);

} // namespace mtc::import_csv
