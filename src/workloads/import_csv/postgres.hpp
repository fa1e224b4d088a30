#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

/// \file
/// libpq, as far as loading needs it: handles that close themselves, errors that throw.
namespace mtc::import_csv::postgres {

struct Finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
struct Clear {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};

/// Rows of an answer.
class Answer {
public:
    explicit Answer(PGresult* result)
        : result_{result}
    {}
    [[nodiscard]] int n_rows() const { return PQntuples(result_.get()); }
    [[nodiscard]] std::string text(int row, int column) const
    {
        return PQgetvalue(result_.get(), row, column);
    }
    [[nodiscard]] bool is_null(int row, int column) const
    {
        return PQgetisnull(result_.get(), row, column) != 0;
    }
    [[nodiscard]] std::int64_t integer(int row, int column) const;
    /// Rows that a command has changed.
    [[nodiscard]] std::uint64_t n_changed() const;

private:
    std::unique_ptr<PGresult, Clear> result_;
};

/// A session. What is not committed when it ends has not happened.
class Session {
public:
    /// Connects. \returns one that is not open() when the server refuses
    explicit Session(const std::string& address);
    [[nodiscard]] bool open() const { return PQstatus(connection_.get()) == CONNECTION_OK; }
    /// The server's last words, on one line.
    [[nodiscard]] std::string error() const;
    /// \throws IoError
    Answer ask(const std::string& command) const;
    /// As an identifier, quoted.
    [[nodiscard]] std::string name(std::string_view text) const;
    /// As a value, quoted.
    [[nodiscard]] std::string value(std::string_view text) const;

    /// After `COPY ... FROM STDIN`: hands over bytes, and ends it. \throws IoError
    void put(std::string_view bytes) const;
    void end_copy() const;

private:
    std::unique_ptr<PGconn, Finish> connection_;
};

} // namespace mtc::import_csv::postgres
