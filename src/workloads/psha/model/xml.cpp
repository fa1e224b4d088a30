#include "workloads/psha/model/xml.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"

#include <algorithm>

namespace mtc::psha {
namespace {

constexpr std::string_view nrml_namespace = "http://openquake.org/xmlns/nrml/";

std::string_view local_name(const char* name)
{
    const std::string_view full{name};
    const std::size_t colon = full.rfind(':');
    return colon == std::string_view::npos ? full : full.substr(colon + 1);
}

/// " Did you mean 'x'?" among the children of an element.
std::string nearest_child(const XmlNode& parent, std::string_view name)
{
    const std::vector<XmlNode> children = parent.children();
    std::vector<std::string_view> names;
    for (const XmlNode& child : children)
        names.push_back(child.name());
    return config::did_you_mean(name, names);
}

/// Numbers parted by blanks; `complain` gets the first word that is none, and throws.
template <class Complain>
std::vector<double> numbers_in(std::string_view list, const Complain& complain)
{
    constexpr std::string_view blanks = " \t\r\n";
    std::vector<double> numbers;
    for (std::size_t at = list.find_first_not_of(blanks); at != std::string_view::npos;) {
        const std::size_t end = std::min(list.find_first_of(blanks, at), list.size());
        const std::string_view word = list.substr(at, end - at);
        const std::optional<double> number = config::parse_number(word);
        if (!number)
            complain(word);
        numbers.push_back(*number);
        at = list.find_first_not_of(blanks, end);
    }
    return numbers;
}

} // namespace

std::string_view XmlNode::name() const
{
    return local_name(node_.name());
}

FilePlace XmlNode::place() const
{
    return document_->place_at(node_.offset_debug());
}

std::size_t XmlNode::line() const
{
    return place().line;
}

std::string XmlNode::where() const
{
    return place();
}

void XmlNode::refuse(const std::string& problem) const
{
    throw InputError(text(where(), ": ", problem));
}

std::vector<XmlNode> XmlNode::children() const
{
    std::vector<XmlNode> found;
    for (const pugi::xml_node child : node_.children())
        if (child.type() == pugi::node_element)
            found.emplace_back(*document_, child);
    return found;
}

std::vector<XmlNode> XmlNode::children(std::string_view name) const
{
    std::vector<XmlNode> found = children();
    std::erase_if(found, [&](const XmlNode& child) { return child.name() != name; });
    return found;
}

std::optional<XmlNode> XmlNode::find(std::string_view name) const
{
    std::optional<XmlNode> found;
    for (const pugi::xml_node child : node_.children()) {
        if (child.type() != pugi::node_element || local_name(child.name()) != name)
            continue;
        if (found)
            XmlNode{*document_, child}.refuse(
                text("a second <", name, "> in <", this->name(), "> (one is accepted)"));
        found.emplace(*document_, child);
    }
    return found;
}

XmlNode XmlNode::child(std::string_view name) const
{
    const std::optional<XmlNode> found = find(name);
    if (!found)
        refuse(text("<", this->name(), "> has no <", name, "> (required).", nearest_child(*this, name)));
    return *found;
}

std::vector<std::string> XmlNode::attribute_names() const
{
    std::vector<std::string> names;
    for (const pugi::xml_attribute attribute : node_.attributes())
        names.emplace_back(local_name(attribute.name()));
    return names;
}

std::vector<std::string> XmlNode::attribute_values() const
{
    std::vector<std::string> values;
    for (const pugi::xml_attribute attribute : node_.attributes())
        values.emplace_back(attribute.value());
    return values;
}

std::optional<std::string_view> XmlNode::attribute_view(std::string_view name) const
{
    for (const pugi::xml_attribute attribute : node_.attributes())
        if (local_name(attribute.name()) == name)
            return config::trimmed(attribute.value());
    return std::nullopt;
}

std::string_view XmlNode::required_attribute(std::string_view name) const
{
    if (const std::optional<std::string_view> found = attribute_view(name))
        return *found;
    const std::vector<std::string> names = attribute_names();
    refuse(text("<", this->name(), "> has no attribute ", name, " (required).",
                config::did_you_mean(name, std::vector<std::string_view>{names.begin(), names.end()})));
}

std::optional<std::string> XmlNode::find_attribute(std::string_view name) const
{
    const std::optional<std::string_view> found = attribute_view(name);
    return found ? std::optional{std::string{*found}} : std::nullopt;
}

std::string XmlNode::attribute(std::string_view name) const
{
    return std::string{required_attribute(name)};
}

double XmlNode::number_attribute(std::string_view name) const
{
    const std::string_view value = required_attribute(name);
    const std::optional<double> number = config::parse_number(value);
    if (!number)
        refuse(text(this->name(), " ", name, " = '", config::shortened(value), "' (not a number)"));
    return *number;
}

std::vector<double> XmlNode::numbers_attribute(std::string_view name) const
{
    const auto complain = [&](std::string_view word) {
        refuse(text(this->name(), " ", name, " holds '", config::shortened(word), "' (not a number)"));
    };
    return numbers_in(required_attribute(name), complain);
}

std::string_view XmlNode::content_view(std::string& joined) const
{
    // A comment inside the text parts it into several runs.
    std::string_view first;
    std::size_t n_runs = 0;
    for (const pugi::xml_node child : node_.children()) {
        if (child.type() != pugi::node_pcdata && child.type() != pugi::node_cdata)
            continue;
        if (n_runs++ == 0) {
            first = child.value();
            continue;
        }
        if (n_runs == 2)
            joined = first;
        joined.append(" ").append(child.value());
    }
    return config::trimmed(n_runs < 2 ? first : std::string_view{joined});
}

std::string XmlNode::content() const
{
    std::string joined;
    return std::string{content_view(joined)};
}

double XmlNode::number() const
{
    std::string joined;
    const std::string_view value = content_view(joined);
    const std::optional<double> number = config::parse_number(value);
    if (!number)
        refuse(text("<", name(), "> holds '", config::shortened(value), "' (not a number)"));
    return *number;
}

std::vector<double> XmlNode::numbers() const
{
    std::string joined;
    const auto complain = [&](std::string_view word) {
        refuse(text("<", name(), "> holds '", config::shortened(word), "' (not a number)"));
    };
    return numbers_in(content_view(joined), complain);
}

XmlDocument::XmlDocument(std::shared_ptr<const std::string> file, std::string_view bytes,
                         std::size_t first_line, pugi::xml_encoding encoding, XmlEnd end)
    : file_{std::move(file)}
    , bytes_{bytes}
    , known_line_{first_line}
{
    const pugi::xml_parse_result parsed =
        document_.load_buffer(bytes.data(), bytes.size(), pugi::parse_default, encoding);
    // The element is complete but for its end, which is all that the parser then misses.
    const bool misses_end = end == XmlEnd::missing && parsed.status == pugi::status_end_element_mismatch;
    if (!parsed && !misses_end)
        throw InputError(text(place_at(parsed.offset), ": not well-formed XML (", parsed.description(), ")"));
}

XmlNode XmlDocument::root() const
{
    return {*this, document_.document_element()};
}

FilePlace XmlDocument::place_at(std::ptrdiff_t offset) const
{
    const std::size_t at =
        std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0)), bytes_.size());
    const auto breaks = [&](std::size_t from, std::size_t to) {
        return static_cast<std::size_t>(std::count(bytes_.begin() + static_cast<std::ptrdiff_t>(from),
                                                   bytes_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
    };
    if (at >= known_offset_)
        known_line_ += breaks(known_offset_, at);
    else
        known_line_ -= breaks(at, known_offset_);
    known_offset_ = at;
    return {file_, known_line_};
}

NrmlVersion nrml_version(const XmlNode& root)
{
    if (root.name() != "nrml")
        root.refuse(text("the root is <", root.name(), "> (an NRML file begins with <nrml>)"));
    for (const std::string& value : root.attribute_values()) {
        if (!value.starts_with(nrml_namespace))
            continue;
        const std::string_view version = std::string_view{value}.substr(nrml_namespace.size());
        if (version == "0.4")
            return NrmlVersion::v0_4;
        if (version == "0.5")
            return NrmlVersion::v0_5;
        root.refuse(text("NRML version ", version, " (0.4 and 0.5 are accepted)"));
    }
    root.refuse(text("<nrml> names no version (xmlns=\"", nrml_namespace, "0.4\" or \"", nrml_namespace,
                     "0.5\" are accepted)"));
}

XmlFile::XmlFile(std::filesystem::path path)
    : path_{std::move(path)}
    , bytes_{path_}
    , document_{std::make_shared<const std::string>(path_.string()), bytes_.view()}
{}

} // namespace mtc::psha
