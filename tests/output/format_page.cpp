#include "output/format_page.hpp"

#include "h5/attribute.hpp"
#include "h5/dataset.hpp"
#include "h5/type.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace mtc::test {

namespace {

std::vector<std::string> split_shape(const std::string& shape)
{
    static const std::regex symbol{"[A-Za-z0-9_+]+"};
    std::vector<std::string> symbols;
    for (std::sregex_iterator it{shape.begin(), shape.end(), symbol}; it != std::sregex_iterator{}; ++it)
        symbols.push_back(it->str());
    return symbols;
}

/// Extents of a column that is a list; the length of a text is no axis.
std::vector<std::uint64_t> extents_of(const Field& field)
{
    if (field.element == Element::text || field.extent == 1)
        return {};
    return {field.extent};
}

/// One comparison of a file with the lines that hold for it.
class Comparison {
public:
    Comparison(const h5::File& file, std::vector<FormatLine> lines)
        : file_{file}
        , lines_{std::move(lines)}
        , seen_(lines_.size(), false)
    {}

    std::vector<std::string> run()
    {
        compare_attributes("/");
        for (const std::string& object : file_.objects()) {
            const bool is_dataset = file_.is_dataset(object);
            if (is_dataset)
                compare_dataset(object);
            else
                compare_group(object);
            compare_attributes(object);
        }
        for (std::size_t i = 0; i < lines_.size(); ++i)
            if (!seen_[i] && !lines_[i].may_be_absent)
                complain(lines_[i].path, lines_[i].column,
                         text("on the page (line ", lines_[i].number, ") but not in the file"));
        return std::move(problems_);
    }

private:
    void complain(const std::string& path, const std::string& column, const std::string& what)
    {
        problems_.push_back(text(path, column.empty() ? "" : " ", column, ": ", what));
    }

    /// A path that ends in /* stands for all names there.
    const FormatLine* find(const std::string& path, const std::string& column = {})
    {
        const std::string any_name =
            path.find('@') == std::string::npos ? path.substr(0, path.rfind('/') + 1) + "*" : path;
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if ((lines_[i].path == path || lines_[i].path == any_name) && lines_[i].column == column) {
                seen_[i] = true;
                return &lines_[i];
            }
        }
        return nullptr;
    }

    void compare(const FormatLine& line, const std::string& type, const std::vector<std::uint64_t>& extents)
    {
        const bool is_float = line.type == "float" && (type == "float64" || type == "float32");
        if (type != line.type && !is_float && line.type != "any")
            complain(line.path, line.column, text("type ", type, " (the page says ", line.type, ")"));
        if (extents.size() != line.shape.size()) {
            complain(line.path, line.column,
                     text(extents.size(), " axes (the page says ", line.shape.size(), ")"));
            return;
        }
        for (std::size_t i = 0; i < extents.size(); ++i)
            compare_extent(line, line.shape[i], extents[i]);
    }

    void compare_extent(const FormatLine& line, const std::string& symbol, std::uint64_t extent)
    {
        std::uint64_t number = 0;
        const char* end = symbol.data() + symbol.size();
        const bool is_number = std::from_chars(symbol.data(), end, number).ptr == end;
        if (!is_number && symbol == "n") // of no meaning beyond its line
            return;
        const std::uint64_t expected =
            is_number ? number : symbols_.try_emplace(symbol, extent).first->second;
        if (extent != expected)
            complain(
                line.path, line.column,
                text("an axis of ", extent, " (", symbol, " is ", expected, is_number ? ")" : " elsewhere)"));
    }

    void compare_group(const std::string& path)
    {
        const FormatLine* line = find(path);
        if (line == nullptr)
            complain(path, {}, "in the file but not on the page");
        else
            compare(*line, "group", {});
    }

    void compare_dataset(const std::string& path)
    {
        const FormatLine* line = find(path);
        if (line == nullptr) {
            complain(path, {}, "in the file but not on the page");
            return;
        }
        const Dataset dataset = h5::describe(file_, path);
        std::vector<std::uint64_t> extents{dataset.n_rows};
        extents.insert(extents.end(), dataset.inner.begin(), dataset.inner.end());
        const bool is_plain = dataset.fields.front().name.empty();
        compare(*line, is_plain ? std::string{h5::name_of(dataset.fields.front().element)} : "compound",
                extents);
        if (is_plain)
            return;
        for (const Field& field : dataset.fields) {
            const FormatLine* column = find(path, field.name);
            if (column == nullptr && find(path, "...") != nullptr)
                continue;
            if (column == nullptr)
                complain(path, field.name, "in the file but not on the page");
            else
                compare(*column, std::string{h5::name_of(field.element)}, extents_of(field));
        }
    }

    void compare_attributes(const std::string& object)
    {
        for (const std::string& name : h5::attribute_names(file_, object)) {
            const FormatLine* line = find(object + "@" + name);
            if (line == nullptr && object != "/")
                line = find("*@" + name);
            if (line == nullptr) {
                complain(object + "@" + name, {}, "in the file but not on the page");
                continue;
            }
            const auto value = h5::read_attribute(file_, object, name);
            static const std::vector<std::string> types{"text", "int64", "float64"};
            const std::size_t kind = value->index(); // single values first, then lists, in the same order
            std::vector<std::uint64_t> extents;
            if (kind >= types.size())
                extents.push_back(std::visit(
                    [](const auto& v) -> std::uint64_t {
                        if constexpr (requires { v.size(); })
                            return v.size();
                        else
                            return 1;
                    },
                    *value));
            compare(*line, types[kind % types.size()], extents);
        }
    }

    const h5::File& file_;
    std::vector<FormatLine> lines_;
    std::vector<bool> seen_;
    std::map<std::string, std::uint64_t> symbols_;
    std::vector<std::string> problems_;
};

} // namespace

std::vector<FormatLine> read_format_page(const std::filesystem::path& page)
{
    static const std::regex heading{R"(^## (?:Results of (\w+(?:, \w+)*))?.*)"};
    static const std::regex object{R"(^    ([/*]\S*)\s+(\w+)(?:\[([^\]]*)\])?(.*))"};
    static const std::regex column{R"(^      (\w+|\.\.\.)\s+(\w+)(?:\[([^\]]*)\])?(.*))"};
    static const std::regex absent{R"(.*\(absent [^)]*\)$)"};
    std::ifstream in{page};
    if (!in)
        throw Error{text(page.string(), ": cannot read the format page")};
    std::vector<FormatLine> lines;
    std::string mode;
    bool begun = false; // the lines before the first heading explain the form
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        std::smatch match;
        if (std::regex_match(line, match, heading)) {
            mode = match[1];
            begun = true;
        }
        if (!begun || !line.starts_with("    "))
            continue;
        if (std::regex_match(line, match, object))
            lines.push_back({match[1],
                             {},
                             match[2],
                             split_shape(match[3]),
                             mode,
                             std::regex_match(line, absent),
                             number});
        else if (std::regex_match(line, match, column) && !lines.empty() &&
                 (lines.back().type == "compound" || !lines.back().column.empty()))
            lines.push_back({lines.back().path, match[1], match[2], split_shape(match[3]), mode,
                             std::regex_match(line, absent) || lines.back().may_be_absent, number});
        else
            throw Error{text(page.string(), ":", number, ": neither an object nor a column: '", line, "'")};
    }
    return lines;
}

std::vector<std::string> check_against_format(const std::filesystem::path& file,
                                              const std::filesystem::path& page)
{
    const h5::File opened = h5::File::open(file);
    const std::string mode = h5::read_text_attribute(opened, "/", "calculation_mode");
    std::vector<FormatLine> lines = read_format_page(page);
    const auto is_about = [&](const FormatLine& line) {
        return (", " + line.mode + ",").find(", " + mode + ",") != std::string::npos;
    };
    const bool mode_known = std::ranges::any_of(lines, is_about);
    std::erase_if(lines, [&](const FormatLine& line) { return !line.mode.empty() && !is_about(line); });
    std::vector<std::string> problems = Comparison{opened, std::move(lines)}.run();
    if (!mode_known)
        problems.insert(problems.begin(),
                        text("calculation_mode '", mode, "': no section of the page is about it"));
    return problems;
}

} // namespace mtc::test
