#pragma once

#include <cstddef>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>

namespace mtc::psha {

/// A line of a file, printed as "source_model.xml:12". Places of one file share its name: they are kept by
/// the million.
struct FilePlace {
    std::shared_ptr<const std::string> file{};
    std::size_t line = 0;

    friend std::ostream& operator<<(std::ostream& out, const FilePlace& place)
    {
        return place.file ? out << *place.file << ':' << place.line : out;
    }
    operator std::string() const // implicit: a place stands wherever a message begins with a text
    {
        std::ostringstream out;
        out << *this;
        return std::move(out).str();
    }
};

} // namespace mtc::psha
