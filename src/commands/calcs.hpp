#pragma once

#include "mtc/error.hpp"

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace mtc::commands {

struct CalcsArguments {
    std::string action = "list";    ///< list, search, show, compare, delete, dump, restore
    std::vector<std::string> words; ///< what the action is about: numbers, words to find, a file
    std::size_t max_rows = 20;      ///< of list and search, 0: all
    std::filesystem::path file;     ///< the database
};

/// The user's records of calculations. Results are never touched, only what is remembered of them.
/// \throws InputError  too many or too few words, a number that is none or that no calculation has; IoError
ExitStatus calcs(const CalcsArguments& arguments, std::ostream& out);

} // namespace mtc::commands
