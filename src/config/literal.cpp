#include "config/literal.hpp"

#include "config/values.hpp"

#include "mtc/error.hpp"

#include <boost/fusion/include/std_pair.hpp>
#include <boost/spirit/home/x3.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace mtc::config {
namespace {

namespace x3 = boost::spirit::x3;

using Place = std::string_view::const_iterator;

/// What is between brackets. `comma` tells the tuple (1,) from the number (1).
struct Items {
    LiteralList list;
    bool comma = false;
};

/// Thrown where the text has the form of a literal but not its sense, for instance a number beyond float64.
struct Refusal {
    Place place;
    std::string why;
};

std::string_view matched(const auto& context)
{
    const auto& range = x3::_attr(context);
    return {&*range.begin(), static_cast<std::size_t>(range.end() - range.begin())};
}

double number_at(std::string_view digits, Place place)
{
    const std::optional<double> value = parse_number(digits);
    if (!value)
        throw Refusal{place, "a number that float64 can hold is expected"};
    return *value;
}

/// a exp(ln(b/a) k/(n-1)), k = 0 ... n-1
LiteralList logscale(double a, double b, double n_levels, Place place)
{
    constexpr double most_levels = 10000; // keeps a slip of the finger from filling the memory
    if (!(a > 0.0) || !(b > 0.0))
        throw Refusal{place, "logscale(a, b, n) needs a > 0 and b > 0"};
    if (!(n_levels >= 2.0 && n_levels <= most_levels && n_levels == std::floor(n_levels)))
        throw Refusal{place, "logscale(a, b, n) needs a whole number n from 2 to 10000"};
    const auto n = static_cast<std::size_t>(n_levels);
    LiteralList levels(n);
    for (std::size_t k = 0; k < n; ++k)
        levels[k].value = a * std::exp(std::log(b / a) * static_cast<double>(k) / static_cast<double>(n - 1));
    return levels;
}

char unescaped(char escape)
{
    switch (escape) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    default:
        return escape;
    }
}

namespace grammar {

const auto set = [](auto& context) { x3::_val(context).value = std::move(x3::_attr(context)); };
const auto set_number = [](auto& context) {
    x3::_val(context) = number_at(matched(context), x3::_where(context).begin());
};
const auto append = [](auto& context) { x3::_val(context).list.push_back(std::move(x3::_attr(context))); };
const auto note_comma = [](auto& context) { x3::_val(context).comma = true; };
const auto append_letter = [](auto& context) { x3::_val(context) += x3::_attr(context); };
const auto append_escape = [](auto& context) { x3::_val(context) += unescaped(x3::_attr(context)); };
const auto set_text = [](auto& context) { x3::_val(context) = std::move(x3::_attr(context)); };
const auto set_written = [](auto& context) { x3::_val(context) = std::string{matched(context)}; };
const auto set_list = [](auto& context) { x3::_val(context).value = std::move(x3::_attr(context).list); };
const auto set_parenthesised = [](auto& context) {
    Items& items = x3::_attr(context);
    if (items.list.size() == 1 && !items.comma) {
        Literal inner = std::move(items.list.front());
        x3::_val(context) = std::move(inner);
    } else {
        x3::_val(context).value = std::move(items.list);
    }
};
const auto add_pair = [](auto& context) {
    auto& added = x3::_attr(context);
    LiteralDict& dict = x3::_val(context);
    if (std::any_of(dict.begin(), dict.end(), [&](const auto& pair) { return pair.first == added.first; }))
        throw Refusal{x3::_where(context).begin(),
                      mtc::text("the key '", added.first, "' stands in the dict already")};
    dict.push_back({std::move(added.first), std::move(added.second)});
};
const auto set_logscale = [](auto& context) {
    namespace fusion = boost::fusion;
    const auto& arguments = x3::_attr(context);
    x3::_val(context) = logscale(fusion::at_c<0>(arguments), fusion::at_c<1>(arguments),
                                 fusion::at_c<2>(arguments), x3::_where(context).begin());
};

const x3::rule<class ValueId, Literal> value{
    "a number, text, list, tuple, dict, logscale(a, b, n), True, False or None"};
const x3::rule<class NumberId, double> number{"a number"};
const x3::rule<class KeyId, std::string> key{"a text or number as key"};
const x3::rule<class TextId, std::string> quoted{"a text in quotes"};
const x3::rule<class ItemsId, Items> items{"values parted by commas"};
const x3::rule<class PairId, std::pair<std::string, Literal>> pair{"key: value"};
const x3::rule<class PairsId, LiteralDict> pairs{"key: value pairs parted by commas"};
const x3::rule<class LogscaleId, LiteralList> levels{"logscale(a, b, n)"};

const auto name_letter = x3::alnum | x3::char_('_');
const auto word = [](const char* letters) { return x3::lexeme[x3::lit(letters) >> !name_letter]; };
const auto digits = +x3::digit;
const auto written_number =
    x3::raw[x3::lexeme[-x3::char_("-+") >>
                       ((digits >> -(x3::lit('.') >> *x3::digit)) | (x3::lit('.') >> digits)) >>
                       -(x3::char_("eE") >> -x3::char_("-+") >> digits) >> !(name_letter | x3::lit('.'))]];
const auto text_between = [](char quote) {
    return x3::lexeme[x3::lit(quote) >> *((x3::lit('\\') >> x3::char_[append_escape]) |
                                          (x3::char_ - quote)[append_letter]) > x3::lit(quote)];
};

const auto number_def = written_number[set_number];
const auto quoted_def = text_between('\'') | text_between('"');
const auto key_def = quoted[set_text] | written_number[set_written];
const auto items_def =
    -(value[append] >> *(x3::lit(',')[note_comma] >> value[append]) >> -x3::lit(',')[note_comma]);
const auto pair_def = key > ':' > value;
const auto pairs_def = -(pair[add_pair] >> *(',' >> pair[add_pair]) >> -x3::lit(','));
const auto levels_def =
    (word("logscale") > '(' > number > ',' > number > ',' > number > -x3::lit(',') > ')')[set_logscale];
const auto value_def = word("True")[([](auto& context) { x3::_val(context).value = true; })] |
                       word("False")[([](auto& context) { x3::_val(context).value = false; })] |
                       word("None")[([](auto& context) { x3::_val(context).value = std::monostate{}; })] |
                       levels[set] | number[set] | quoted[set] | ('[' >> items[set_list] > ']') |
                       ('(' >> items[set_parenthesised] > ')') | ('{' >> pairs[set] > '}');

BOOST_SPIRIT_DEFINE(value, number, key, quoted, items, pair, pairs, levels)

const auto whole = x3::eps > value > x3::eoi;

} // namespace grammar

std::string_view in_words(const Literal& literal)
{
    constexpr std::string_view names[]{"None", "True or False", "a number", "a text", "a list", "a dict"};
    return names[literal.value.index()];
}

template <class Type>
const Type& as(const Literal& literal, std::string_view where, std::string_view wanted)
{
    if (const Type* value = std::get_if<Type>(&literal.value))
        return *value;
    throw InputError(text(where, " (", wanted, " is wanted here, not ", in_words(literal), ")"));
}

/// "<where> (at letter 12, before 'xyz': ']' is expected)"
[[noreturn]] void refuse(std::string_view where, std::string_view literal, Place place, std::string_view why)
{
    const std::string_view rest = trimmed(literal.substr(static_cast<std::size_t>(place - literal.begin())));
    const std::size_t offset =
        rest.empty() ? literal.size() : static_cast<std::size_t>(rest.data() - literal.data());
    const std::string before =
        rest.empty() ? "the end" : text("'", rest.substr(0, std::min<std::size_t>(rest.size(), 20)), "'");
    throw InputError(
        text(where, " (not a Python literal at letter ", offset + 1, ", before ", before, ": ", why, ")"));
}

/// The parser calls itself for each bracket, so a slip with thousands of them would exhaust the stack.
void check_depth(std::string_view text)
{
    constexpr int deepest = 100;
    int depth = 0;
    for (auto place = text.begin(); place != text.end(); ++place) {
        if (*place == '[' || *place == '(' || *place == '{')
            ++depth;
        else if (*place == ']' || *place == ')' || *place == '}')
            --depth;
        if (depth > deepest)
            throw Refusal{place, "at most 100 brackets in one another are accepted"};
    }
}

} // namespace

Literal parse_literal(std::string_view text, std::string_view where)
{
    Literal literal;
    try {
        check_depth(text);
        x3::phrase_parse(text.begin(), text.end(), grammar::whole, x3::space, literal);
    } catch (const x3::expectation_failure<Place>& failure) {
        const std::string expected = failure.which() == "eoi" ? "the end" : failure.which();
        refuse(where, text, failure.where(), mtc::text(expected, " is expected"));
    } catch (const Refusal& refusal) {
        refuse(where, text, refusal.place, refusal.why);
    }
    return literal;
}

bool is_none(const Literal& literal)
{
    return std::holds_alternative<std::monostate>(literal.value);
}

bool is_number(const Literal& literal)
{
    return std::holds_alternative<double>(literal.value);
}

bool is_text(const Literal& literal)
{
    return std::holds_alternative<std::string>(literal.value);
}

bool is_list(const Literal& literal)
{
    return std::holds_alternative<LiteralList>(literal.value);
}

bool is_dict(const Literal& literal)
{
    return std::holds_alternative<LiteralDict>(literal.value);
}

double as_number(const Literal& literal, std::string_view where)
{
    return as<double>(literal, where, "a number");
}

const std::string& as_text(const Literal& literal, std::string_view where)
{
    return as<std::string>(literal, where, "a text");
}

const LiteralList& as_list(const Literal& literal, std::string_view where)
{
    return as<LiteralList>(literal, where, "a list");
}

const LiteralDict& as_dict(const Literal& literal, std::string_view where)
{
    return as<LiteralDict>(literal, where, "a dict");
}

std::vector<double> as_numbers(const Literal& literal, std::string_view where)
{
    std::vector<double> numbers;
    for (const Literal& item : as<LiteralList>(literal, where, "a list of numbers"))
        numbers.push_back(as<double>(item, where, "a list of numbers"));
    return numbers;
}

} // namespace mtc::config
