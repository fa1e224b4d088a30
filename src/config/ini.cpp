#include "config/ini.hpp"

#include "config/values.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace mtc::config {
namespace {

class IniParser {
public:
    explicit IniParser(std::string_view file_name)
        : file_name_{file_name}
    {}

    void line(std::string_view raw)
    {
        ++line_;
        const std::string_view content = trimmed(raw);
        if (content.empty() || content.front() == '#' || content.front() == ';')
            return;
        const auto indent = static_cast<std::size_t>(content.data() - raw.data());
        if (value_open_ && indent > key_indent_)
            continue_value(content);
        else if (content.front() == '[')
            open_section(content);
        else
            add_entry(content, indent);
    }

    [[nodiscard]] std::vector<IniEntry> finish() && { return std::move(entries_); }

private:
    void continue_value(std::string_view content)
    {
        std::string& value = entries_.back().value;
        if (!value.empty())
            value += ' ';
        value += content;
    }

    void open_section(std::string_view content)
    {
        const std::size_t end = content.find(']');
        if (end == std::string_view::npos)
            refuse(content, " (a section line without its ']')");
        section_ = trimmed(content.substr(1, end - 1));
        value_open_ = false;
    }

    void add_entry(std::string_view content, std::size_t indent)
    {
        const std::size_t sign = content.find_first_of("=:");
        if (sign == std::string_view::npos)
            refuse(content, " (neither a [section], nor a comment, nor key = value)");
        const std::string_view name = trimmed(content.substr(0, sign));
        if (name.empty() || name.find_first_of("'\"()[]{},") != std::string_view::npos)
            refuse(content, text(" (no key before '", content[sign], "')"));

        IniEntry entry{lower_case(name), std::string{trimmed(content.substr(sign + 1))}, section_, line_};
        const auto [first, added] = lines_.emplace(entry.key, line_);
        if (!added)
            throw InputError(text(place(), entry.key, " = ", shortened(entry.value),
                                  " (the key stands in line ", first->second,
                                  " already; sections do not part keys). Remove one of them?"));
        entries_.push_back(std::move(entry));
        key_indent_ = indent;
        value_open_ = true;
    }

    [[nodiscard]] std::string place() const { return text(file_name_, ":", line_, ": "); }

    [[noreturn]] void refuse(std::string_view content, std::string_view why) const
    {
        const std::string suggestion =
            value_open_ ? text(" Indent the line to continue the value of '", entries_.back().key, "'?") : "";
        throw InputError(suggesting(text(place(), shortened(content), why), suggestion));
    }

    std::string_view file_name_;
    std::size_t line_ = 0;
    std::string section_;
    std::vector<IniEntry> entries_;
    std::map<std::string, std::size_t, std::less<>> lines_; ///< key -> line where it stands
    std::size_t key_indent_ = 0;                            ///< of the last entry's key [letters]
    bool value_open_ = false;                               ///< the last entry may be continued
};

} // namespace

std::vector<IniEntry> parse_ini(std::string_view text, std::string_view file_name)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());

    IniParser parser{file_name};
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        parser.line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(parser).finish();
}

} // namespace mtc::config
