#pragma once

#include "workloads/psha/nrml/xml.hpp"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

/// \file
/// Files of hundreds of megabytes, element by element: a first pass finds where the elements that matter
/// begin and end, a second one parses each of them alone. Memory holds one of them at a time.
namespace mtc::psha {

/// An element cut out of a file.
struct XmlPiece {
    std::size_t begin = 0;     ///< [byte]
    std::size_t end = 0;       ///< [byte] past its end tag; of a container, past its start tag
    std::size_t line = 0;      ///< of `begin`
    std::uint32_t depth = 0;   ///< 0: the root
    bool is_container = false; ///< its children are pieces of their own, the next ones of a greater depth
};

/// Cuts a file below its containers: elements whose local names are `containers`[depth], one in the other.
class XmlPieces {
public:
    /// \throws InputError  when the file cannot be read, is not UTF-8 (or what is a part of it) or
    ///                     ISO-8859-1, or its elements are not closed one in the other (with the line)
    XmlPieces(const std::filesystem::path& file, std::span<const std::string_view> containers);

    /// In the order of the file; a container comes before its children.
    [[nodiscard]] const std::vector<XmlPiece>& pieces() const noexcept { return pieces_; }
    /// A piece parsed; a container without its children. Several threads may parse at once.
    /// \throws InputError  when it is not XML (with the line)
    [[nodiscard]] std::unique_ptr<const XmlDocument> parse(const XmlPiece& piece) const;
    /// Gives back the memory of what stands before a piece.
    void release_before(const XmlPiece& piece) { bytes_.release_before(piece.begin); }

private:
    void find_pieces(std::span<const std::string_view> containers);
    FileBytes bytes_;
    std::shared_ptr<const std::string> file_;
    pugi::xml_encoding encoding_ = pugi::encoding_utf8;
    std::vector<XmlPiece> pieces_;
};

} // namespace mtc::psha
