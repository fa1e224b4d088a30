#pragma once

#include "calcs/calculation.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct sqlite3;

namespace mtc::calcs {

/// Folder of the user's own database: MTC_HOME, or .mtc in the home folder; empty when MTC_HOME is (nothing
/// is then remembered) or there is no home folder.
[[nodiscard]] std::filesystem::path home_folder();

/// All calculations of a user, in one SQLite file. Several processes may use it at once; a change that has to
/// wait for another one longer than a second fails. Every function \throws IoError naming the file.
class Database {
public:
    /// \param file  made, with its folder, where it is not there
    explicit Database(std::filesystem::path file);

    /// Enters a calculation that begins, or one more life of the one with this run_id.
    void begin(const Calculation& calculation);
    /// Notes how a life of it ended.
    void end(std::uint64_t run_id, ExitStatus status, double elapsed_s, const std::string& message);

    /// The latest first. \param words  each must stand, in any case, in mode, description, input, output,
    /// host,
    ///                                 begin or message; \param limit  0: all
    [[nodiscard]] std::vector<Calculation> find(std::span<const std::string> words, std::size_t limit) const;
    [[nodiscard]] std::optional<Calculation> get(std::int64_t id) const;
    /// \returns false when there is none of this number
    bool remove(std::int64_t id);

    /// Copies all into a new file. \throws InputError  when it is there already
    void dump(const std::filesystem::path& file) const;
    /// Takes what a dump has and this has not, by run_id. \returns how many \throws InputError  no such file
    std::size_t restore(const std::filesystem::path& file);

private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };

    void execute(const std::string& statement) const;
    [[noreturn]] void refuse(const std::string& what) const;

    std::filesystem::path file_;
    std::unique_ptr<sqlite3, Close> database_;
    friend class Statement;
};

} // namespace mtc::calcs
