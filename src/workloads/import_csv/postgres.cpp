#include "workloads/import_csv/postgres.hpp"

#include "config/values.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <array>

namespace mtc::import_csv::postgres {

std::int64_t Answer::integer(int row, int column) const
{
    return config::parse_integer(text(row, column)).value_or(0);
}

std::uint64_t Answer::n_changed() const
{
    return static_cast<std::uint64_t>(config::parse_integer(PQcmdTuples(result_.get())).value_or(0));
}

Session::Session(const std::string& address)
{
    const std::array<const char*, 5> keys{"dbname", "application_name", "client_encoding", "options",
                                          nullptr};
    const std::array<const char*, 5> values{
        address.c_str(), "mtc", "UTF8", "-c datestyle=ISO,YMD -c timezone=UTC -c client_min_messages=warning",
        nullptr};
    connection_.reset(PQconnectdbParams(keys.data(), values.data(), 1));
    if (!connection_)
        throw std::bad_alloc{};
}

std::string Session::error() const
{
    std::string words = PQerrorMessage(connection_.get());
    std::ranges::replace(words, '\n', ' ');
    return std::string{config::trimmed(words)};
}

Answer Session::ask(const std::string& command) const
{
    PGresult* const result = PQexec(connection_.get(), command.c_str());
    Answer answer{result};
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
        throw IoError(text("PostgreSQL: ", error(), " (asked: ", config::shortened(command), ")"));
    return answer;
}

std::string Session::name(std::string_view text) const
{
    char* const quoted = PQescapeIdentifier(connection_.get(), text.data(), text.size());
    if (quoted == nullptr)
        throw IoError(mtc::text("PostgreSQL: ", error(), " (the name ", text, ")"));
    std::string result = quoted;
    PQfreemem(quoted);
    return result;
}

std::string Session::value(std::string_view text) const
{
    char* const quoted = PQescapeLiteral(connection_.get(), text.data(), text.size());
    if (quoted == nullptr)
        throw IoError(mtc::text("PostgreSQL: ", error(), " (the value ", text, ")"));
    std::string result = quoted;
    PQfreemem(quoted);
    return result;
}

void Session::put(std::string_view bytes) const
{
    constexpr std::size_t most = std::size_t{1} << 20U; // an int counts them
    for (; !bytes.empty(); bytes.remove_prefix(std::min(most, bytes.size())))
        if (PQputCopyData(connection_.get(), bytes.data(), static_cast<int>(std::min(most, bytes.size()))) !=
            1)
            throw IoError(text("PostgreSQL: ", error(), " (while rows were sent)"));
}

void Session::end_copy() const
{
    if (PQputCopyEnd(connection_.get(), nullptr) != 1)
        throw IoError(text("PostgreSQL: ", error(), " (at the end of rows)"));
    std::string refused;
    while (PGresult* const result = PQgetResult(connection_.get())) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            refused = error();
        PQclear(result);
    }
    if (!refused.empty())
        throw IoError(text("PostgreSQL: ", refused));
}

} // namespace mtc::import_csv::postgres
