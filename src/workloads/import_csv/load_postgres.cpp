#include "workloads/import_csv/load.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "workloads/import_csv/postgres.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <thread>
#include <utility>

namespace mtc::import_csv {
namespace {

using postgres::Answer;
using postgres::Session;

constexpr std::uint32_t connections_left_free =
    2;                                           // of those that the server has left: for others, and to ask
constexpr std::uint32_t lock_class = 0x6d746331; // of advisory locks, one for each connection that may load

std::string sql_type(const ColumnType& type)
{
    switch (type.kind) {
    case ColumnKind::int8:
    case ColumnKind::uint8:
        return "smallint";
    case ColumnKind::uint16:
    case ColumnKind::int32:
        return "integer";
    case ColumnKind::uint32:
    case ColumnKind::int64:
        return "bigint";
    case ColumnKind::uint64:
        return "numeric(20)";
    case ColumnKind::float32:
        return "real";
    case ColumnKind::float64:
        return "double precision";
    case ColumnKind::boolean:
        return "boolean";
    case ColumnKind::decimal:
        return text("numeric(19,", type.size, ")");
    case ColumnKind::date:
        return "date";
    case ColumnKind::datetime:
        return "timestamp with time zone";
    case ColumnKind::text:
        return text("varchar(", type.size, ")");
    case ColumnKind::category:
    case ColumnKind::skip:
        break;
    }
    return "text";
}

/// Quoted names of the tables of a load.
struct Names {
    Names(const Session& session, const Load& load)
    {
        const std::size_t dot = load.table.find('.');
        const std::string schema =
            dot == std::string::npos ? "" : session.name(load.table.substr(0, dot)) + ".";
        plain = session.name(dot == std::string::npos ? load.table : load.table.substr(dot + 1));
        target = schema + plain;
        staging = schema + session.name("mtc_load_" + load.id);
        units = schema + session.name("mtc_load_" + load.id + "_units");
        loads = schema + session.name("mtc_loads");
    }
    std::string plain; ///< of the target, without its schema
    std::string target;
    std::string staging;
    std::string units;
    std::string loads;
};

std::string column_list(const Session& session, std::span<const PlacedColumn> columns)
{
    std::string list;
    for (const PlacedColumn& placed : columns)
        list += text(list.empty() ? "" : ", ", session.name(placed.column.name));
    return list;
}

Session connected(const Load& load)
{
    Session session{load.database};
    if (!session.open())
        throw IoError(text("PostgreSQL: ", session.error()));
    return session;
}

bool exists(const Session& session, const std::string& quoted_table)
{
    return !session.ask(text("SELECT to_regclass(", session.value(quoted_table), ")")).is_null(0, 0);
}

/// When these files were loaded into the table that is there now; empty when they were not.
std::string loaded_at(const Session& session, const Names& names, const Load& load)
{
    if (!exists(session, names.loads) || !exists(session, names.target))
        return {};
    const Answer found =
        session.ask(text("SELECT loaded FROM ", names.loads, " WHERE id = ", session.value(load.id),
                         " AND table_oid = to_regclass(", session.value(names.target), ")::oid"));
    return found.n_rows() == 0 ? std::string{} : found.text(0, 0);
}

/// How many connections the server has for this load.
std::uint32_t connections_allowed(const Session& session)
{
    const Answer found = session.ask(
        "SELECT LEAST(current_setting('max_connections')::bigint - "
        "current_setting('superuser_reserved_connections')::bigint - (SELECT count(*) FROM pg_stat_activity "
        "WHERE backend_type = 'client backend' AND application_name <> 'mtc'), "
        "(SELECT NULLIF(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user), "
        "(SELECT NULLIF(datconnlimit, -1) FROM pg_database WHERE datname = current_database()))");
    const std::int64_t left = found.integer(0, 0) - connections_left_free;
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(left, 1, 1'000'000));
}

/// A session that counts among those that may load: waits until there is one. The locks that count go with
/// the sessions that hold them, however these end. A try takes a connection, too, for a moment.
Session session_that_may_load(const Load& load, const LoadState& state)
{
    constexpr std::chrono::seconds patience{120}; // with a server that takes no connection at all
    std::minstd_rand random{std::random_device{}()};
    std::chrono::milliseconds pause{5};
    auto last_open = std::chrono::steady_clock::now();
    for (;; pause = std::min(pause * 2, std::chrono::milliseconds{200})) {
        {
            Session session{load.database};
            if (session.open()) {
                last_open = std::chrono::steady_clock::now();
                const Answer slot =
                    session.ask(text("SELECT slot FROM generate_series(1, ", state.max_connections,
                                     ") AS slot WHERE pg_try_advisory_lock(", lock_class, ", slot) LIMIT 1"));
                if (slot.n_rows() == 1)
                    return session;
            } else if (std::chrono::steady_clock::now() - last_open > patience) {
                throw IoError(text("PostgreSQL: ", session.error(), " (tried for ", patience.count(), " s)"));
            }
        }
        std::this_thread::sleep_for(pause * (50 + random() % 100) / 100);
    }
}

} // namespace

void require_postgresql(const std::string&) {}

std::vector<std::string> check_load(const Load& load, std::span<const PlacedColumn> columns,
                                    const std::string& where)
{
    const Session session{load.database};
    if (!session.open())
        throw InputError(text(where, " (", session.error(), ")"));
    const Names names{session, load};
    if (!exists(session, names.target))
        return {text("table ", load.table, " will be made")};
    const Answer found = session.ask(text("SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(",
                                          session.value(names.target),
                                          ") AND attnum > 0 AND NOT attisdropped ORDER BY attnum"));
    std::vector<std::string> present;
    std::string list;
    for (int row = 0; row < found.n_rows(); ++row) {
        present.push_back(found.text(row, 0));
        list += text(row == 0 ? "" : ", ", present.back());
    }
    const std::vector<std::string_view> known(present.begin(), present.end());
    for (const PlacedColumn& placed : columns)
        if (std::ranges::find(known, placed.column.name) == known.end())
            throw InputError(config::suggesting(text(where, ": column ", placed.column.name, " (table ",
                                                     load.table, " has no such column; known: ", list, ")"),
                                                config::did_you_mean(placed.column.name, known)));
    if (const std::string at = loaded_at(session, names, load); !at.empty())
        return {text("these files are in table ", load.table, " since ", at,
                     ": nothing is loaded. To load them once more, delete the row with id '", load.id,
                     "' from ", names.loads)};
    return {text("rows are added to table ", load.table)};
}

LoadState begin_load(const Load& load, std::span<const PlacedColumn> columns)
{
    const Session session = connected(load);
    const Names names{session, load};
    LoadState state;
    state.max_connections = load.max_connections > 0 ? load.max_connections : connections_allowed(session);
    if (!loaded_at(session, names, load).empty()) {
        state.already_loaded = 1;
        return state;
    }
    std::string definitions;
    for (const PlacedColumn& placed : columns)
        definitions += text(definitions.empty() ? "" : ", ", session.name(placed.column.name), " ",
                            sql_type(placed.column.type));
    // What becomes the table itself is logged from the start: to make it so at the end would write it again.
    // What is only copied need not outlive a crash of the server; the list of units then goes with it.
    const std::string create = exists(session, names.target) ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ";
    session.ask(text("BEGIN; SELECT pg_advisory_xact_lock(", lock_class, ", 0)"));
    if (!exists(session, names.staging) || !exists(session, names.units)) {
        session.ask(text("DROP TABLE IF EXISTS ", names.staging, ", ", names.units));
        session.ask(text(create, names.staging, " (", definitions, ")"));
        session.ask(text(create, names.units, " (unit bigint PRIMARY KEY, n_rows bigint NOT NULL)"));
    }
    session.ask("COMMIT");
    return state;
}

void load_unit(const Load& load, const LoadState& state, std::span<const PlacedColumn> columns,
               std::uint64_t unit, std::uint64_t n_rows, char delimiter,
               const std::function<void(const CopySink&)>& rows)
{
    if (state.already_loaded != 0)
        return;
    const Session session = session_that_may_load(load, state);
    const Names names{session, load};
    session.ask("BEGIN");
    // Whoever else is loading this unit is waited for here.
    if (session
            .ask(text("INSERT INTO ", names.units, " VALUES (", unit, ", ", n_rows,
                      ") ON CONFLICT DO NOTHING"))
            .n_changed() == 0)
        return;
    session.ask(text("COPY ", names.staging, " (", column_list(session, columns),
                     ") FROM STDIN (FORMAT csv, DELIMITER ", session.value({&delimiter, 1}), ")"));
    rows([&session](std::string_view bytes) { session.put(bytes); });
    session.end_copy();
    session.ask("COMMIT");
}

void end_load(const Load& load, std::span<const PlacedColumn> columns, std::uint64_t n_units)
{
    const Session session = connected(load);
    const Names names{session, load};
    session.ask("BEGIN");
    if (!loaded_at(session, names, load).empty())
        return; // by a run that was ended before it could note so
    const Answer units = session.ask(text("SELECT count(*), coalesce(sum(n_rows), 0) FROM ", names.units));
    if (units.integer(0, 0) != static_cast<std::int64_t>(n_units))
        throw IoError(
            text("PostgreSQL: ", units.integer(0, 0), " of ", n_units, " units are in ", names.staging,
                 " (the server has lost the others, or someone else has taken them away). Start again "
                 "with --fresh"));
    const std::string list = column_list(session, columns);
    if (exists(session, names.target)) {
        session.ask(
            text("INSERT INTO ", names.target, " (", list, ") SELECT ", list, " FROM ", names.staging));
        session.ask(text("DROP TABLE ", names.staging));
    } else {
        session.ask(text("ALTER TABLE ", names.staging, " RENAME TO ", names.plain));
    }
    session.ask(
        text("CREATE TABLE IF NOT EXISTS ", names.loads,
             " (id text PRIMARY KEY, table_oid oid NOT NULL, n_rows bigint NOT NULL, loaded timestamp with "
             "time zone NOT NULL DEFAULT now())"));
    session.ask(text("DELETE FROM ", names.loads, " WHERE id = ", session.value(load.id)));
    session.ask(text("INSERT INTO ", names.loads, " VALUES (", session.value(load.id), ", to_regclass(",
                     session.value(names.target), ")::oid, ", units.text(0, 1), ")"));
    session.ask(text("DROP TABLE ", names.units));
    session.ask("COMMIT");
}

} // namespace mtc::import_csv
