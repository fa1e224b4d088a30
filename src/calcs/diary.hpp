#pragma once

#include "calcs/calculation.hpp"

#include <filesystem>
#include <memory>

namespace mtc::calcs {

/// Enters what happens to one calculation into the user's database, by a thread of its own that nobody waits
/// for longer than said: home folders lie on disks that may be slow, full or gone, and a calculation must not
/// care. Rank 0 only.
class Diary {
public:
    /// \param file  of the database; empty: nothing is entered
    explicit Diary(std::filesystem::path file);
    Diary(const Diary&) = delete;
    Diary& operator=(const Diary&) = delete;
    ~Diary();

    void begun(Calculation calculation);
    /// The end of what begun() was told; nothing without it.
    void ended(ExitStatus status, double elapsed_s, std::string message);
    /// Waits until all is entered, but not for longer than `patience_s` [s].
    /// \returns what went wrong, for one line to the user; empty: nothing
    [[nodiscard]] std::string settle(double patience_s);

private:
    struct Desk;
    std::shared_ptr<Desk> desk_; ///< shared with the thread, which may outlive this
    std::uint64_t run_id_ = 0;
    bool has_begun_ = false;
};

} // namespace mtc::calcs
