#pragma once

#include "workloads/command/command_line.hpp"
#include "workloads/command/grid.hpp"
#include "workloads/command/launcher.hpp"
#include "workloads/command/run_folder.hpp"
#include "workloads/command/settings.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mtc::command {

/// A sweep as its model has it, with its templates ready: what runs for a task, and in which columns it ends.
class Sweep {
public:
    explicit Sweep(std::span<const std::byte> model);

    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] const Grid& grid() const noexcept { return grid_; }
    [[nodiscard]] const std::vector<Column>& results() const noexcept { return results_; }
    [[nodiscard]] const std::vector<InputFile>& files() const noexcept { return files_; }
    /// Expression of weights; empty: all tasks are alike.
    [[nodiscard]] const std::string& weight() const noexcept { return weight_; }
    [[nodiscard]] Point point(std::uint64_t task) const;
    /// The command as one would type it.
    [[nodiscard]] std::string line(std::uint64_t task) const;
    /// The folder of a task, absolute; empty when it has none.
    [[nodiscard]] std::filesystem::path folder_of(std::uint64_t task) const;
    /// What is to be started. \throws ComputeError  there is no such program
    [[nodiscard]] Start start(std::uint64_t task) const;
    /// What stands before each line of its output: the arguments, or the command where there are none; a tab.
    [[nodiscard]] std::string tag_of(std::uint64_t task) const;
    /// "alpha=0.1, beta=x", or the line.
    [[nodiscard]] std::string describe(std::uint64_t task) const;

    /// How a task ended, by its columns in /results/sweep.
    [[nodiscard]] std::vector<Column> columns() const;
    [[nodiscard]] std::vector<std::byte> row(std::uint64_t task, const Ended& ended,
                                             const std::vector<Value>& values) const;

private:
    [[nodiscard]] CommandTemplate command_of(std::uint64_t task) const;

    Settings settings_;
    Grid grid_;
    std::vector<Column> results_;
    std::vector<InputFile> files_;
    std::optional<Template> input_;
    std::vector<Template> environment_;
    std::optional<CommandTemplate> command_; ///< nothing where each line is one
    std::string weight_;
    std::string folder_;     ///< of the input, absolute
    std::string run_folder_; ///< absolute
    std::int64_t rank_ = 0;
};

/// As the launcher of MPI counts, where there is one: a workload itself knows no ranks.
[[nodiscard]] std::int64_t launched_as_rank();
[[nodiscard]] std::int64_t launched_ranks();

} // namespace mtc::command
