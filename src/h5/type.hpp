#pragma once

#include "h5/handle.hpp"

#include "mtc/workload.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mtc::h5 {

/// Text of fixed length in bytes (at least 1), UTF-8, padded with zeros.
[[nodiscard]] TypeHandle text_type(std::size_t n_bytes);

/// The type of one cell of a dataset: a number, a text, or the packed compound of its fields. The same in
/// memory and in the file: conversion would make HDF5 leave collective transfers.
[[nodiscard]] TypeHandle cell_type(const std::vector<Field>& fields);

/// The reverse of cell_type, for files of this program.
/// \throws Error  when the type is none that cell_type makes
[[nodiscard]] std::vector<Field> fields_of(hid_t type);

/// "float64", "text", ...
[[nodiscard]] std::string_view name_of(Element element) noexcept;

} // namespace mtc::h5
