#pragma once

#include "h5/file.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mtc::h5 {

/// Texts are stored with fixed length, lists as one axis.
using AttributeValue = std::variant<std::string, std::int64_t, double, std::vector<std::string>,
                                    std::vector<std::int64_t>, std::vector<double>>;

/// Collective when the file is open on several ranks, with the same value on each.
void write_attribute(const File& file, const std::string& object, const std::string& name,
                     const AttributeValue& value);

/// Nothing when the object has no such attribute.
/// \throws Hdf5Error  when it is neither text nor number, or has more than one axis
[[nodiscard]] std::optional<AttributeValue> read_attribute(const File& file, const std::string& object,
                                                           const std::string& name);

/// A text attribute; empty when there is none or when it is not a text.
[[nodiscard]] std::string read_text_attribute(const File& file, const std::string& object,
                                              const std::string& name);

/// Names of all attributes of an object, in the order of names.
[[nodiscard]] std::vector<std::string> attribute_names(const File& file, const std::string& object);

} // namespace mtc::h5
