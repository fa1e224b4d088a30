#include "workloads/psha/nrml/xml_pieces.hpp"

#include "config/values.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <optional>

namespace mtc::psha {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

struct Tag {
    std::string_view name{}; ///< with its prefix
    std::size_t begin = 0;   ///< [byte] of '<'
    std::size_t end = 0;     ///< [byte] past '>'
    bool is_end = false;     ///< </name>
    bool is_closed = false;  ///< <name/>
};

/// The tags of a text one after another; what stands in comments, CDATA, declarations and quotes is no tag.
class TagScanner {
public:
    TagScanner(std::string_view bytes, const std::shared_ptr<const std::string>& file)
        : bytes_{bytes}
        , file_{file}
    {}

    [[nodiscard]] std::optional<Tag> next()
    {
        for (;;) {
            const std::size_t open = bytes_.find('<', at_);
            if (open == std::string_view::npos)
                return std::nullopt;
            if (!skipped(open))
                return tag(open);
        }
    }

    /// Skips the content of an element, of which next() has just given the start tag, without a look at the
    /// tags in it. \returns where its end tag ends; nothing, with nothing skipped, when it seems to have none
    [[nodiscard]] std::optional<std::size_t> skip_content(const Tag& start)
    {
        const auto is_named = [&](std::size_t name) {
            const std::string_view rest = bytes_.substr(name);
            return rest.starts_with(start.name) && rest.size() > start.name.size() &&
                   (is_blank(rest[start.name.size()]) || rest[start.name.size()] == '>' ||
                    rest[start.name.size()] == '/');
        };
        std::size_t depth = 1; // elements of the same name may stand in it
        for (;;) {
            const std::size_t open = bytes_.find('<', at_);
            if (open == std::string_view::npos)
                break;
            const bool is_end = bytes_.substr(open).starts_with("</");
            if (is_named(open + (is_end ? 2 : 1))) {
                const Tag same = tag(open);
                if (!same.is_closed)
                    depth += is_end ? std::size_t{0} - 1 : 1;
                if (depth == 0)
                    return same.end;
            } else if (is_end || !skipped(open)) {
                at_ = open + 1;
            }
        }
        at_ = start.end;
        return std::nullopt;
    }

    [[noreturn]] void refuse(std::size_t offset, const std::string& why) const
    {
        throw InputError(text(*file_, ":", line(offset), ": not well-formed XML (", why, ")"));
    }

    [[nodiscard]] std::size_t line(std::size_t offset) const
    {
        return 1 + count_line_breaks(bytes_.substr(0, offset));
    }

private:
    /// Whether no tag begins at this '<': what begins is skipped then.
    bool skipped(std::size_t open)
    {
        const std::string_view rest = bytes_.substr(open);
        if (rest.size() < 2 || (rest[1] != '!' && rest[1] != '?'))
            return false;
        if (rest.starts_with("<!--"))
            skip(open, open + 4, "-->", "a comment");
        else if (rest.starts_with("<![CDATA["))
            skip(open, open + 9, "]]>", "CDATA");
        else if (rest.starts_with("<?"))
            skip(open, open + 2, "?>", "a processing instruction");
        else
            skip_declaration(open);
        return true;
    }

    void skip(std::size_t open, std::size_t from, std::string_view close, std::string_view what)
    {
        const std::size_t end = bytes_.find(close, from);
        if (end == std::string_view::npos)
            refuse(open, text(what, " has no end"));
        at_ = end + close.size();
    }

    /// <!DOCTYPE ...>, which may hold declarations of its own.
    void skip_declaration(std::size_t open)
    {
        std::size_t depth = 0;
        for (std::size_t at = open; at < bytes_.size(); ++at) {
            const char c = bytes_[at];
            if (c == '"' || c == '\'')
                at = std::min(bytes_.find(c, at + 1), bytes_.size());
            else if (c == '<')
                ++depth;
            else if (c == '>' && --depth == 0) {
                at_ = at + 1;
                return;
            }
        }
        refuse(open, "a declaration has no end");
    }

    Tag tag(std::size_t open)
    {
        std::size_t close = bytes_.find('>', open);
        for (std::size_t at = open;;) { // a '>' in quotes does not end the tag
            if (close == std::string_view::npos)
                refuse(open, "a tag has no end");
            std::size_t quote = at; // find_first_of() would call memchr for each letter
            while (quote < close && bytes_[quote] != '"' && bytes_[quote] != '\'')
                ++quote;
            if (quote == close)
                break;
            const std::size_t end_quote = bytes_.find(bytes_[quote], quote + 1);
            if (end_quote == std::string_view::npos)
                refuse(open, "the value of an attribute has no end");
            at = end_quote + 1;
            if (close < at)
                close = bytes_.find('>', at);
        }
        Tag tag{.begin = open, .end = close + 1};
        tag.is_end = bytes_[open + 1] == '/';
        tag.is_closed = bytes_[close - 1] == '/' && !tag.is_end;
        const std::size_t name = open + (tag.is_end ? 2 : 1);
        std::size_t name_end = name;
        while (name_end < close && !is_blank(bytes_[name_end]) && bytes_[name_end] != '/')
            ++name_end;
        tag.name = bytes_.substr(name, name_end - name);
        if (tag.name.empty())
            refuse(open, "a tag has no name");
        at_ = tag.end;
        return tag;
    }

    std::string_view bytes_;
    const std::shared_ptr<const std::string>& file_;
    std::size_t at_ = 0;
};

std::string_view local(std::string_view name)
{
    const std::size_t colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// By the byte order mark or the declaration <?xml encoding="..."?>; nothing when it is none of those
/// accepted.
std::optional<pugi::xml_encoding> encoding_of(std::string_view bytes)
{
    if (bytes.starts_with("\xfe\xff") || bytes.starts_with("\xff\xfe") ||
        bytes.substr(0, 4).find('\0') != std::string_view::npos)
        return std::nullopt;
    if (bytes.starts_with(byte_order_mark) || !bytes.starts_with("<?xml"))
        return pugi::encoding_utf8;
    const std::string declaration = config::lower_case(bytes.substr(0, bytes.find("?>")));
    const std::size_t key = declaration.find("encoding");
    const std::size_t quote =
        declaration.find_first_of("\"'", key == std::string::npos ? declaration.size() : key);
    if (quote == std::string::npos)
        return pugi::encoding_utf8;
    const std::string name =
        declaration.substr(quote + 1, declaration.find(declaration[quote], quote + 1) - quote - 1);
    if (name == "utf-8" || name == "utf8" || name == "us-ascii" || name == "ascii")
        return pugi::encoding_utf8;
    if (name == "iso-8859-1" || name == "latin1" || name == "latin-1")
        return pugi::encoding_latin1;
    return std::nullopt;
}

} // namespace

XmlPieces::XmlPieces(const std::filesystem::path& file, std::span<const std::string_view> containers)
    : bytes_{file}
    , file_{std::make_shared<const std::string>(file.string())}
{
    const std::optional<pugi::xml_encoding> encoding = encoding_of(bytes_.view());
    if (!encoding)
        throw InputError(text(*file_, ":1: the encoding of the file (UTF-8 and ISO-8859-1 are accepted). "
                                      "Save it as UTF-8?"));
    encoding_ = *encoding;
    find_pieces(containers);
}

void XmlPieces::find_pieces(std::span<const std::string_view> containers)
{
    TagScanner scanner{bytes_.view(), file_};
    std::vector<Tag> open;        // elements whose end is still to come
    std::size_t n_containers = 0; // among them, from the root on
    bool has_root = false;
    std::size_t counted = 0; // [byte] up to where lines are counted
    std::size_t line = 1;
    while (const std::optional<Tag> tag = scanner.next()) {
        if (tag->is_end) {
            if (open.empty())
                scanner.refuse(tag->begin, text("</", tag->name, "> closes nothing"));
            if (open.back().name != tag->name)
                scanner.refuse(tag->begin, text("</", tag->name, "> where </", open.back().name, "> of line ",
                                                scanner.line(open.back().begin), " is awaited"));
            if (open.size() == n_containers)
                --n_containers;
            else if (open.size() == n_containers + 1)
                pieces_.back().end = tag->end;
            open.pop_back();
            continue;
        }
        if (open.size() == n_containers) { // a child of the innermost container, or the root
            if (open.empty() && has_root)
                scanner.refuse(tag->begin, text("<", tag->name, "> after the end of the root"));
            has_root = true;
            line += count_line_breaks(bytes_.view().substr(counted, tag->begin - counted));
            counted = tag->begin;
            const bool is_container =
                n_containers < containers.size() && local(tag->name) == containers[n_containers];
            pieces_.push_back({.begin = tag->begin,
                               .end = tag->end,
                               .line = line,
                               .depth = static_cast<std::uint32_t>(open.size()),
                               .is_container = is_container});
            if (is_container && !tag->is_closed)
                ++n_containers;
            bytes_.release_before(tag->begin);
            if (!is_container && !tag->is_closed)
                if (const std::optional<std::size_t> end = scanner.skip_content(*tag)) {
                    pieces_.back().end = *end;
                    continue;
                }
        }
        if (!tag->is_closed)
            open.push_back(*tag);
    }
    if (!has_root)
        throw InputError(text(*file_, ":1: not well-formed XML (the file holds no element)"));
    if (!open.empty())
        scanner.refuse(bytes_.view().size(), text("<", open.back().name, "> of line ",
                                                  scanner.line(open.back().begin), " is not closed"));
}

std::unique_ptr<const XmlDocument> XmlPieces::parse(const XmlPiece& piece) const
{
    const std::string_view bytes = bytes_.view().substr(piece.begin, piece.end - piece.begin);
    const bool is_open = piece.is_container && !bytes.ends_with("/>");
    return std::make_unique<const XmlDocument>(file_, bytes, piece.line, encoding_,
                                               is_open ? XmlEnd::missing : XmlEnd::there);
}

} // namespace mtc::psha
