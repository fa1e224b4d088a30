#include "workloads/psha/nrml/xml.hpp"

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
    const std::size_t colon = full.find(':');
    return colon == std::string_view::npos ? full : full.substr(colon + 1);
}

/// Whether the local part of a name is `name`. Asked for every child and attribute on the way to one of them.
bool is_named(const char* full, std::string_view name)
{
    const std::string_view whole{full};
    if (whole.size() == name.size())
        return whole == name;
    const std::size_t prefix = whole.size() - name.size(); // with its colon
    return whole.size() > name.size() && whole[prefix - 1] == ':' && whole.substr(prefix) == name;
}

/// " Did you mean 'x'?" among the children of an element.
std::string nearest_child(const XmlNode& parent, std::string_view name)
{
    std::vector<std::string_view> names;
    for (const XmlNode& child : parent.children())
        names.push_back(child.name());
    return config::did_you_mean(name, names);
}

/// Numbers parted by blanks; `complain` gets the first word that is none, and throws.
template <class Complain>
std::vector<double> numbers_in(std::string_view list, const Complain& complain)
{
    const auto is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
    std::vector<double> numbers;
    const char* const end = list.data() + list.size();
    for (const char* at = std::find_if_not(list.data(), end, is_blank); at != end;) {
        const char* const word_end = std::find_if(at, end, is_blank);
        const std::string_view word{at, static_cast<std::size_t>(word_end - at)};
        const std::optional<double> number = config::parse_number(word);
        if (!number)
            complain(word);
        numbers.push_back(*number);
        at = std::find_if_not(word_end, end, is_blank);
    }
    return numbers;
}

} // namespace

std::size_t count_line_breaks(std::string_view bytes) noexcept
{
    std::size_t n_breaks = 0;
    for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1))
        ++n_breaks; // find() is memchr, which is faster than a count of single letters
    return n_breaks;
}

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

XmlChildren XmlNode::children() const
{
    return {*document_, node_, {}};
}

XmlChildren XmlNode::children(std::string_view name) const
{
    return {*document_, node_, name};
}

void XmlChildren::Iterator::to_wanted()
{
    const std::string_view name = among_->name_;
    const auto is_wanted = [&] {
        return name.empty() ? node_.type() == pugi::node_element : is_named(node_.name(), name);
    };
    while (node_ && !is_wanted())
        node_ = node_.next_sibling();
}

XmlChildren::operator std::vector<XmlNode>() const
{
    std::vector<XmlNode> list;
    for (const XmlNode& child : *this)
        list.push_back(child);
    return list;
}

std::optional<XmlNode> XmlNode::find(std::string_view name) const
{
    std::optional<XmlNode> found;
    for (pugi::xml_node child = node_.first_child(); child; child = child.next_sibling()) {
        if (!is_named(child.name(), name))
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
    for (pugi::xml_attribute attribute = node_.first_attribute(); attribute;
         attribute = attribute.next_attribute())
        if (is_named(attribute.name(), name))
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
    for (pugi::xml_node child = node_.first_child(); child; child = child.next_sibling()) {
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
        return count_line_breaks(bytes_.substr(from, to - from));
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
