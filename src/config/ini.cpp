#include "config/ini.hpp"

#include "config/values.hpp"

#include "mtc/error.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <map>
#include <sstream>
#include <stdexcept>

namespace mtc::config {
namespace {

// Boost's parser takes '#' for a comment wherever it stands; in a value it is a letter like any other. A
// control character that no input holds stands for it on the way through.
constexpr char number_sign = '#';
constexpr char stand_in = '\x01';

/// A key with its value, on one line.
struct LogicalLine {
    std::string content;
    std::string section;
    std::size_t line = 0;
};

/// Joins continued values and takes out comments and section lines: what is left is one `key = value` a line.
class LineJoiner {
public:
    explicit LineJoiner(std::string_view file_name)
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
            joined_.back().content.append(" ").append(content);
        else if (content.front() == '[')
            open_section(content);
        else
            open_entry(content, indent);
    }

    [[nodiscard]] std::vector<LogicalLine> finish() && { return std::move(joined_); }

private:
    void open_section(std::string_view content)
    {
        const std::size_t end = content.find(']');
        if (end == std::string_view::npos)
            refuse(content, " (a section line without its ']')");
        section_ = trimmed(content.substr(1, end - 1));
        value_open_ = false;
    }

    void open_entry(std::string_view content, std::size_t indent)
    {
        const std::size_t sign = content.find_first_of("=:");
        if (sign == std::string_view::npos)
            refuse(content, " (neither a [section], nor a comment, nor key = value)");
        const std::string_view name = trimmed(content.substr(0, sign));
        if (name.empty() || name.find_first_of("'\"()[]{},") != std::string_view::npos)
            refuse(content, text(" (no key before '", content[sign], "')"));
        joined_.push_back({std::string{content}, section_, line_});
        joined_.back().content[sign] = '='; // configparser takes either, Boost the one
        key_ = lower_case(name);
        key_indent_ = indent;
        value_open_ = true;
    }

    [[noreturn]] void refuse(std::string_view content, std::string_view why) const
    {
        const std::string suggestion =
            value_open_ ? text(" Indent the line to continue the value of '", key_, "'?") : "";
        throw InputError(suggesting(text(file_name_, ":", line_, ": ", shortened(content), why), suggestion));
    }

    std::string_view file_name_;
    std::size_t line_ = 0;
    std::string section_;
    std::vector<LogicalLine> joined_;
    std::string key_;            ///< of the last entry
    std::size_t key_indent_ = 0; ///< of the last entry's key [letters]
    bool value_open_ = false;    ///< the last entry may be continued
};

/// Keys and values of the joined lines, by Boost.Program_options.
std::vector<IniEntry> parse_joined(const std::vector<LogicalLine>& joined, std::string_view file_name)
{
    namespace po = boost::program_options;
    std::stringstream prepared;
    for (const LogicalLine& line : joined) {
        std::string content = line.content;
        std::replace(content.begin(), content.end(), number_sign, stand_in);
        prepared << content << '\n';
    }
    const po::options_description any_key;
    const auto parsed = po::parse_config_file(prepared, any_key, true);
    if (parsed.options.size() != joined.size())
        throw std::logic_error("keys were lost between preparing and parsing an input");
    std::vector<IniEntry> entries;
    for (std::size_t i = 0; i < joined.size(); ++i) {
        std::string value = parsed.options[i].value.empty() ? "" : parsed.options[i].value.front();
        std::replace(value.begin(), value.end(), stand_in, number_sign);
        IniEntry entry{canonical_key(parsed.options[i].string_key), std::move(value), joined[i].section,
                       joined[i].line};
        entries.push_back(std::move(entry));
    }
    refuse_twice(entries, file_name);
    return entries;
}

} // namespace

std::string canonical_key(std::string_view key)
{
    const std::size_t dot = std::min(key.find('.'), key.size());
    return lower_case(key.substr(0, dot)).append(key.substr(dot));
}

void refuse_twice(const std::vector<IniEntry>& entries, std::string_view file_name)
{
    std::map<std::string_view, std::size_t> line_of;
    for (const IniEntry& entry : entries) {
        const auto [first, added] = line_of.emplace(entry.key, entry.line);
        if (!added)
            throw InputError(text(file_name, ":", entry.line, ": ", entry.key, " = ", shortened(entry.value),
                                  " (the key stands in line ", first->second,
                                  " already; sections do not part keys). Remove one of them?"));
    }
}

std::vector<IniEntry> parse_ini(std::string_view text, std::string_view file_name)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());

    LineJoiner joiner{file_name};
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        joiner.line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parse_joined(std::move(joiner).finish(), file_name);
}

} // namespace mtc::config
