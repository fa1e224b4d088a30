#pragma once

#include "calcs/calculation.hpp"

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace mtc::test {

/// A folder that goes with its test, and the database in it.
struct RecordsFolder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("mtc_calcs." + std::to_string(getpid()));
    RecordsFolder() { std::filesystem::remove_all(path); }
    ~RecordsFolder() { std::filesystem::remove_all(path); }
    [[nodiscard]] std::filesystem::path file() const { return path / "home" / "calcs.sqlite"; }
};

inline calcs::Calculation sample(std::uint64_t run_id, const std::string& description)
{
    calcs::Calculation c;
    c.run_id = run_id;
    c.mode = "classical";
    c.description = description;
    c.input = "/models/job.ini";
    c.output = "/models/job.h5";
    c.input_hash = 0xffff'0000'1234'5678ULL;
    c.config = "truncation_level = 3\nwidth = 1";
    c.host = "node1";
    c.version = "0.1.0";
    c.n_ranks = 4;
    return c;
}

} // namespace mtc::test
