#include "workloads/psha/model/xml.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

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

} // namespace

std::string_view XmlNode::name() const
{
    return local_name(node_.name());
}

std::size_t XmlNode::line() const
{
    return file_->line_at(node_.offset_debug());
}

std::string XmlNode::where() const
{
    return text(file_->path().string(), ":", line());
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
            found.emplace_back(*file_, child);
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
    const std::vector<XmlNode> found = children(name);
    if (found.size() > 1)
        found[1].refuse(text("a second <", name, "> in <", this->name(), "> (one is accepted)"));
    return found.empty() ? std::nullopt : std::optional{found.front()};
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

std::optional<std::string> XmlNode::find_attribute(std::string_view name) const
{
    for (const pugi::xml_attribute attribute : node_.attributes())
        if (local_name(attribute.name()) == name)
            return std::string{config::trimmed(attribute.value())};
    return std::nullopt;
}

std::string XmlNode::attribute(std::string_view name) const
{
    if (const std::optional<std::string> found = find_attribute(name))
        return *found;
    const std::vector<std::string> names = attribute_names();
    refuse(text("<", this->name(), "> has no attribute ", name, " (required).",
                config::did_you_mean(name, std::vector<std::string_view>{names.begin(), names.end()})));
}

double XmlNode::number_attribute(std::string_view name) const
{
    const std::string value = attribute(name);
    const std::optional<double> number = config::parse_number(value);
    if (!number)
        refuse(text(this->name(), " ", name, " = '", value, "' (not a number)"));
    return *number;
}

std::string XmlNode::content() const
{
    // A comment inside the text parts it into several runs.
    std::string joined;
    for (const pugi::xml_node child : node_.children())
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
            joined.append(joined.empty() ? "" : " ").append(child.value());
    return std::string{config::trimmed(joined)};
}

double XmlNode::number() const
{
    const std::string value = content();
    const std::optional<double> number = config::parse_number(value);
    if (!number)
        refuse(text("<", name(), "> holds '", config::shortened(value), "' (not a number)"));
    return *number;
}

std::vector<double> XmlNode::numbers() const
{
    std::vector<double> numbers;
    const std::string list = content();
    for (const std::string_view word : config::split(list, " \t\r\n")) {
        const std::optional<double> number = config::parse_number(word);
        if (!number)
            refuse(text("<", name(), "> holds '", config::shortened(word), "' (not a number)"));
        numbers.push_back(*number);
    }
    return numbers;
}

XmlFile::XmlFile(std::filesystem::path path)
    : path_{std::move(path)}
{
    std::ifstream in{path_, std::ios::binary};
    std::error_code ignored;
    if (!in || std::filesystem::is_directory(path_, ignored))
        throw InputError(text(path_.string(), ": no such file, or it cannot be read"));
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    for (std::size_t at = bytes.find('\n'); at != std::string::npos; at = bytes.find('\n', at + 1))
        line_ends_.push_back(static_cast<std::ptrdiff_t>(at));
    const pugi::xml_parse_result parsed = document_.load_buffer(bytes.data(), bytes.size());
    if (!parsed)
        throw InputError(text(path_.string(), ":", line_at(parsed.offset), ": not well-formed XML (",
                              parsed.description(), ")"));
}

XmlNode XmlFile::root() const
{
    return {*this, document_.document_element()};
}

NrmlVersion XmlFile::nrml_version() const
{
    const XmlNode nrml = root();
    if (nrml.name() != "nrml")
        nrml.refuse(text("the root is <", nrml.name(), "> (an NRML file begins with <nrml>)"));
    for (const pugi::xml_attribute attribute : document_.document_element().attributes()) {
        const std::string_view value{attribute.value()};
        if (!value.starts_with(nrml_namespace))
            continue;
        const std::string_view version = value.substr(nrml_namespace.size());
        if (version == "0.4")
            return NrmlVersion::v0_4;
        if (version == "0.5")
            return NrmlVersion::v0_5;
        nrml.refuse(text("NRML version ", version, " (0.4 and 0.5 are accepted)"));
    }
    nrml.refuse(text("<nrml> names no version (xmlns=\"", nrml_namespace, "0.4\" or \"", nrml_namespace,
                     "0.5\" are accepted)"));
}

std::size_t XmlFile::line_at(std::ptrdiff_t offset) const
{
    const auto line = std::lower_bound(line_ends_.begin(), line_ends_.end(), offset);
    return static_cast<std::size_t>(line - line_ends_.begin()) + 1;
}

} // namespace mtc::psha
