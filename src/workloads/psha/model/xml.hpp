#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// XML input files: every problem is told as `file:line: problem`, whatever it is about.
namespace mtc::psha {

class XmlFile;

/// An element of an XmlFile, which must outlive it. Names are local: a prefix such as `gml:` does not count.
class XmlNode {
public:
    XmlNode(const XmlFile& file, pugi::xml_node node)
        : file_{&file}
        , node_{node}
    {}
    [[nodiscard]] std::string_view name() const;
    [[nodiscard]] std::size_t line() const;
    /// "source_model.xml:12", to begin a message with.
    [[nodiscard]] std::string where() const;
    /// \throws InputError  "file:line: <problem>"
    [[noreturn]] void refuse(const std::string& problem) const;

    /// All child elements, or those of one name, in the order of the file.
    [[nodiscard]] std::vector<XmlNode> children() const;
    [[nodiscard]] std::vector<XmlNode> children(std::string_view name) const;
    [[nodiscard]] std::optional<XmlNode> find(std::string_view name) const;
    /// The only child of that name. \throws InputError  when there is none, or more than one
    [[nodiscard]] XmlNode child(std::string_view name) const;
    /// The only child of each name in turn: at("Polygon", "exterior") is child("Polygon").child("exterior").
    template <class... Names>
    [[nodiscard]] XmlNode at(std::string_view name, Names... further) const
    {
        if constexpr (sizeof...(further) == 0)
            return child(name);
        else
            return child(name).at(further...);
    }

    [[nodiscard]] std::vector<std::string> attribute_names() const;
    [[nodiscard]] std::optional<std::string> find_attribute(std::string_view name) const;
    [[nodiscard]] std::string attribute(std::string_view name) const;
    [[nodiscard]] double number_attribute(std::string_view name) const;

    /// The text of the element without the blanks around it; of several runs of text, parted by a blank.
    [[nodiscard]] std::string content() const;
    [[nodiscard]] double number() const;
    /// Numbers parted by blanks, as in posList.
    [[nodiscard]] std::vector<double> numbers() const;

private:
    const XmlFile* file_;
    pugi::xml_node node_;
};

enum class NrmlVersion { v0_4, v0_5 };

class XmlFile {
public:
    /// \throws InputError  when the file cannot be read, or is not XML (with the line)
    explicit XmlFile(std::filesystem::path path);
    XmlFile(const XmlFile&) = delete;
    XmlFile& operator=(const XmlFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] XmlNode root() const;
    /// \throws InputError  when the root is not <nrml>, or of another version than 0.4 and 0.5
    [[nodiscard]] NrmlVersion nrml_version() const;

private:
    friend class XmlNode;
    [[nodiscard]] std::size_t line_at(std::ptrdiff_t offset) const;
    std::filesystem::path path_;
    std::vector<std::ptrdiff_t> line_ends_; ///< [byte] where the line breaks are
    pugi::xml_document document_;
};

} // namespace mtc::psha
