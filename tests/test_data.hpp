#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

namespace mtc::test {

/// A file or folder of the reference data, or nothing, said aloud, where the data is not on this machine.
inline std::optional<std::filesystem::path> reference(const std::filesystem::path& relative)
{
    const char* root = std::getenv("MTC_TEST_DATA");
    if (root != nullptr && std::filesystem::exists(root / relative))
        return root / relative;
    std::cout << "SKIPPED: no reference data " << relative << " (set MTC_TEST_DATA)\n";
    return std::nullopt;
}

} // namespace mtc::test
