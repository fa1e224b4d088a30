#pragma once

#include <filesystem>
#include <string>

namespace mtc::output {

/// The hash of the input that an output file was made from: Fnv1a::text().
/// \throws Hdf5Error, IoError  when the file is not an output of mtc
[[nodiscard]] std::string input_hash(const std::filesystem::path& output);

} // namespace mtc::output
