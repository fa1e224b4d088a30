#include "calcs/database.hpp"

#include "durable/status.hpp"

#include <sqlite3.h>

#include <cstdlib>
#include <string_view>
#include <utility>

namespace mtc::calcs {
namespace {

constexpr int patience_ms = 1000;
constexpr int schema_version = 1;

constexpr std::string_view schema = R"(
    CREATE TABLE IF NOT EXISTS calculations (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- a number is never given twice
        run_id INTEGER NOT NULL UNIQUE,
        mode TEXT NOT NULL, description TEXT NOT NULL, input TEXT NOT NULL, output TEXT NOT NULL,
        input_hash INTEGER NOT NULL, config TEXT NOT NULL, host TEXT NOT NULL, version TEXT NOT NULL,
        n_ranks INTEGER NOT NULL, n_lives INTEGER NOT NULL,
        begun TEXT NOT NULL, ended TEXT NOT NULL, elapsed_s REAL NOT NULL,
        status INTEGER NOT NULL, message TEXT NOT NULL
    ))";

constexpr std::string_view columns =
    "run_id, mode, description, input, output, input_hash, config, host, version, "
    "n_ranks, n_lives, begun, ended, elapsed_s, status, message";

} // namespace

/// One prepared statement; values are bound in order.
class Statement {
public:
    Statement(const Database& database, const std::string& sql)
        : database_{database}
    {
        if (sqlite3_prepare_v2(database.database_.get(), sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK)
            database.refuse("cannot be read");
    }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { sqlite3_finalize(statement_); }

    Statement& bind(const std::string& value)
    {
        return check(sqlite3_bind_text(statement_, ++n_bound_, value.c_str(), -1, SQLITE_TRANSIENT));
    }
    Statement& bind(std::int64_t value) { return check(sqlite3_bind_int64(statement_, ++n_bound_, value)); }
    Statement& bind(double value) { return check(sqlite3_bind_double(statement_, ++n_bound_, value)); }

    /// \returns whether there is a row
    bool step()
    {
        column_ = 0;
        const int code = sqlite3_step(statement_);
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            database_.refuse("cannot be used");
        return code == SQLITE_ROW;
    }

    std::string text()
    {
        const unsigned char* value = sqlite3_column_text(statement_, column_++);
        return value == nullptr ? std::string{} : std::string{reinterpret_cast<const char*>(value)};
    }
    std::int64_t integer() { return sqlite3_column_int64(statement_, column_++); }
    double number() { return sqlite3_column_double(statement_, column_++); }

private:
    Statement& check(int code)
    {
        if (code != SQLITE_OK)
            database_.refuse("cannot be used");
        return *this;
    }

    const Database& database_;
    sqlite3_stmt* statement_ = nullptr;
    int n_bound_ = 0;
    int column_ = 0;
};

namespace {

/// Signed, as SQLite has its integers.
std::int64_t stored(std::uint64_t value)
{
    return static_cast<std::int64_t>(value);
}

Calculation calculation_of(Statement& row)
{
    Calculation c;
    c.id = row.integer();
    c.run_id = static_cast<std::uint64_t>(row.integer());
    c.mode = row.text();
    c.description = row.text();
    c.input = row.text();
    c.output = row.text();
    c.input_hash = static_cast<std::uint64_t>(row.integer());
    c.config = row.text();
    c.host = row.text();
    c.version = row.text();
    c.n_ranks = row.integer();
    c.n_lives = row.integer();
    c.begun = row.text();
    c.ended = row.text();
    c.elapsed_s = row.number();
    c.status = static_cast<ExitStatus>(row.integer());
    c.message = row.text();
    return c;
}

} // namespace

std::filesystem::path home_folder()
{
    if (const char* chosen = std::getenv("MTC_HOME"))
        return chosen;
    const char* home = std::getenv("HOME");
    return home == nullptr || *home == '\0' ? std::filesystem::path{} : std::filesystem::path{home} / ".mtc";
}

void Database::Close::operator()(sqlite3* database) const noexcept
{
    sqlite3_close(database);
}

Database::Database(std::filesystem::path file)
    : file_{std::move(file)}
{
    std::error_code error;
    if (file_.has_parent_path())
        std::filesystem::create_directories(file_.parent_path(), error);
    sqlite3* opened = nullptr;
    const int code = sqlite3_open(file_.c_str(), &opened);
    database_.reset(opened); // there also after an error, to say which
    if (code != SQLITE_OK)
        refuse("cannot be opened");
    sqlite3_busy_timeout(opened, patience_ms);
    Statement version{*this, "PRAGMA user_version"};
    (void)version.step();
    if (const std::int64_t found = version.integer(); found > schema_version)
        throw IoError(text(file_.string(), ": written by a newer mtc (its version is ", found, ", ",
                           schema_version, " is known)"));
    execute(std::string{schema});
    execute(text("PRAGMA user_version = ", schema_version));
}

void Database::refuse(const std::string& what) const
{
    throw IoError(text(file_.string(), ": ", what, " (", sqlite3_errmsg(database_.get()), ")"));
}

void Database::execute(const std::string& statement) const
{
    if (sqlite3_exec(database_.get(), statement.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        refuse("cannot be written");
}

void Database::begin(const Calculation& c)
{
    Statement insert{
        *this, text("INSERT INTO calculations (", columns,
                    ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, '', 0, ?, '') "
                    "ON CONFLICT (run_id) DO UPDATE SET n_lives = n_lives + 1, ended = '', message = '', "
                    "status = excluded.status, n_ranks = excluded.n_ranks, host = excluded.host, "
                    "output = excluded.output, config = excluded.config")};
    insert.bind(stored(c.run_id))
        .bind(c.mode)
        .bind(c.description)
        .bind(c.input)
        .bind(c.output)
        .bind(stored(c.input_hash))
        .bind(c.config)
        .bind(c.host)
        .bind(c.version)
        .bind(c.n_ranks)
        .bind(durable::utc_now())
        .bind(static_cast<std::int64_t>(ExitStatus::running));
    (void)insert.step();
}

void Database::end(std::uint64_t run_id, ExitStatus status, double elapsed_s, const std::string& message)
{
    Statement update{*this,
                     "UPDATE calculations SET status = ?, elapsed_s = elapsed_s + ?, message = ?, ended = ? "
                     "WHERE run_id = ?"};
    update.bind(static_cast<std::int64_t>(status))
        .bind(elapsed_s)
        .bind(message)
        .bind(durable::utc_now())
        .bind(stored(run_id));
    (void)update.step();
}

std::vector<Calculation> Database::find(std::span<const std::string> words, std::size_t limit) const
{
    std::string where;
    for (std::size_t i = 0; i < words.size(); ++i)
        where += text(i == 0 ? " WHERE " : " AND ", "instr(lower(mode || ' ' || description || ' ' || input "
                                                    "|| ' ' || output || ' ' || host || ' ' || "
                                                    "begun || ' ' || message), lower(?)) > 0");
    Statement select{*this, text("SELECT id, ", columns, " FROM calculations", where, " ORDER BY id DESC",
                                 limit == 0 ? "" : text(" LIMIT ", limit))};
    for (const std::string& word : words)
        select.bind(word);
    std::vector<Calculation> found;
    while (select.step())
        found.push_back(calculation_of(select));
    return found;
}

std::optional<Calculation> Database::get(std::int64_t id) const
{
    Statement select{*this, text("SELECT id, ", columns, " FROM calculations WHERE id = ?")};
    select.bind(id);
    if (!select.step())
        return std::nullopt;
    return calculation_of(select);
}

bool Database::remove(std::int64_t id)
{
    Statement erase{*this, "DELETE FROM calculations WHERE id = ?"};
    erase.bind(id);
    (void)erase.step();
    return sqlite3_changes(database_.get()) > 0;
}

void Database::dump(const std::filesystem::path& file) const
{
    if (std::filesystem::exists(file))
        throw InputError(text(file.string(), " (is there already). Name another file?"));
    Statement copy{*this, "VACUUM INTO ?"};
    copy.bind(file.string());
    (void)copy.step();
}

std::size_t Database::restore(const std::filesystem::path& file)
{
    if (!std::filesystem::is_regular_file(file))
        throw InputError(text(file.string(), " (no such file; accepted: what mtc calcs dump wrote)"));
    const Database dumped{file}; // whether it is one of ours
    Statement{*this, "ATTACH ? AS dumped"}.bind(file.string()).step();
    execute(text("INSERT OR IGNORE INTO calculations (", columns, ") SELECT ", columns,
                 " FROM dumped.calculations ORDER BY id"));
    const int n_taken = sqlite3_changes(database_.get());
    execute("DETACH dumped");
    return static_cast<std::size_t>(n_taken);
}

} // namespace mtc::calcs
