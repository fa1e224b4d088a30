#pragma once

#include "workloads/psha/nrml/file_bytes.hpp"
#include "workloads/psha/nrml/file_place.hpp"

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// XML input files: every problem is told as `file:line: problem`, whatever it is about.
namespace mtc::psha {

class XmlChildren;
class XmlDocument;

/// An element of an XmlDocument, which must outlive it. Names are local: a prefix such as `gml:` does not
/// count.
class XmlNode {
public:
    XmlNode(const XmlDocument& document, pugi::xml_node node)
        : document_{&document}
        , node_{node}
    {}
    [[nodiscard]] std::string_view name() const;
    [[nodiscard]] std::size_t line() const;
    [[nodiscard]] FilePlace place() const;
    /// "source_model.xml:12", to begin a message with.
    [[nodiscard]] std::string where() const;
    /// \throws InputError  "file:line: <problem>"
    [[noreturn]] void refuse(const std::string& problem) const;

    /// All child elements, or those of one name, in the order of the file.
    [[nodiscard]] XmlChildren children() const;
    /// \param name  must outlive the result
    [[nodiscard]] XmlChildren children(std::string_view name) const;
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
    [[nodiscard]] std::vector<std::string> attribute_values() const;
    [[nodiscard]] bool has_attribute(std::string_view name) const { return attribute_view(name).has_value(); }
    [[nodiscard]] std::optional<std::string> find_attribute(std::string_view name) const;
    /// Without the blanks around it; lives as long as the document.
    [[nodiscard]] std::optional<std::string_view> attribute_view(std::string_view name) const;
    [[nodiscard]] std::string attribute(std::string_view name) const;
    [[nodiscard]] double number_attribute(std::string_view name) const;
    /// Numbers parted by blanks.
    [[nodiscard]] std::vector<double> numbers_attribute(std::string_view name) const;

    /// The text of the element without the blanks around it; of several runs of text, parted by a blank.
    [[nodiscard]] std::string content() const;
    [[nodiscard]] double number() const;
    /// Numbers parted by blanks, as in posList.
    [[nodiscard]] std::vector<double> numbers() const;

private:
    [[nodiscard]] std::string_view required_attribute(std::string_view name) const;
    /// The content in place where it is one run of text, otherwise in `joined`.
    [[nodiscard]] std::string_view content_view(std::string& joined) const;
    const XmlDocument* document_;
    pugi::xml_node node_;
};

/// Child elements of an element, one after another in the order of the file; all, or those of one name.
class XmlChildren {
public:
    class Iterator {
    public:
        Iterator(const XmlChildren& among, pugi::xml_node node)
            : among_{&among}
            , node_{node}
        {
            to_wanted();
        }
        [[nodiscard]] XmlNode operator*() const { return {*among_->document_, node_}; }
        Iterator& operator++()
        {
            node_ = node_.next_sibling();
            to_wanted();
            return *this;
        }
        [[nodiscard]] bool operator==(std::default_sentinel_t) const { return !node_; }

    private:
        void to_wanted();
        const XmlChildren* among_;
        pugi::xml_node node_;
    };

    XmlChildren(const XmlDocument& document, pugi::xml_node parent, std::string_view name)
        : document_{&document}
        , parent_{parent}
        , name_{name}
    {}
    [[nodiscard]] Iterator begin() const { return {*this, parent_.first_child()}; }
    [[nodiscard]] static std::default_sentinel_t end() { return {}; }
    [[nodiscard]] bool empty() const { return begin() == end(); }
    operator std::vector<XmlNode>() const; // implicit: a list is the same children, to be indexed

private:
    const XmlDocument* document_;
    pugi::xml_node parent_;
    std::string_view name_; ///< empty: all
};

/// Whether a text holds the end tag of its only element.
enum class XmlEnd { there, missing };

/// A file, or an element cut out of one, parsed.
class XmlDocument {
public:
    /// \param file        its name, for messages
    /// \param bytes       must outlive the document
    /// \param first_line  of the file, where `bytes` begin
    /// \throws InputError  when it is not XML
    XmlDocument(std::shared_ptr<const std::string> file, std::string_view bytes, std::size_t first_line = 1,
                pugi::xml_encoding encoding = pugi::encoding_auto, XmlEnd end = XmlEnd::there);
    XmlDocument(const XmlDocument&) = delete;
    XmlDocument& operator=(const XmlDocument&) = delete;

    [[nodiscard]] XmlNode root() const;
    /// Not for several threads at once.
    [[nodiscard]] FilePlace place_at(std::ptrdiff_t offset) const;

private:
    std::shared_ptr<const std::string> file_;
    std::string_view bytes_;
    // Lines are asked for mostly in the order of the file: counting goes on from the last one.
    mutable std::size_t known_offset_ = 0;
    mutable std::size_t known_line_;
    pugi::xml_document document_;
};

[[nodiscard]] std::size_t count_line_breaks(std::string_view bytes) noexcept;

enum class NrmlVersion { v0_4, v0_5 };

/// \throws InputError  when the root is not <nrml>, or of another version than 0.4 and 0.5
[[nodiscard]] NrmlVersion nrml_version(const XmlNode& root);

class XmlFile {
public:
    /// \throws InputError  when the file cannot be read, or is not XML (with the line)
    explicit XmlFile(std::filesystem::path path);

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] XmlNode root() const { return document_.root(); }
    [[nodiscard]] NrmlVersion nrml_version() const { return psha::nrml_version(root()); }

private:
    std::filesystem::path path_;
    FileBytes bytes_;
    XmlDocument document_;
};

} // namespace mtc::psha
