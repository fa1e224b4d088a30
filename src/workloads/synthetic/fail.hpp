#pragma once

#include "mtc/config.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Tasks that fail on purpose, in all ways that an engine must survive or at least explain.
namespace mtc::synthetic {

enum class FailHow : std::int32_t { by_throw, segfault, bus, divide, abort, memory, hang };

/// The value of the key fail_how, which was checked.
[[nodiscard]] FailHow fail_how(std::string_view name) noexcept;
/// Numbers of the tasks of the key fail_task, ascending. \throws InputError  when one is not a task
[[nodiscard]] std::vector<std::uint64_t> failing_tasks(const Config& config);
/// \param rank        only there; any when negative
/// \param while_file  only while it is there; empty: always
[[nodiscard]] bool is_to_fail(std::int32_t rank, const std::string& while_file);
/// Fails. \throws ComputeError, std::bad_alloc, or ends the process by a signal, or never comes back
void fail(FailHow how);

} // namespace mtc::synthetic
