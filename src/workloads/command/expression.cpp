#include "workloads/command/expression.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

namespace mtc::command {

/// sum := product {(+|-) product}; product := signed {(*|/) signed}; signed := [-] power; power := atom [^
/// signed]
class Expression::Parser {
public:
    Parser(Expression& expression, std::string_view all, const std::string& where)
        : expression_{expression}
        , rest_{all}
        , where_{where}
    {}
    void parse()
    {
        sum();
        if (next() != '\0')
            refuse();
    }

private:
    [[noreturn]] void refuse() const
    {
        throw InputError(
            text(where_, rest_.empty() ? " (it ends too early" : text(" ('", rest_, "' is not understood"),
                 "; accepted: numbers, parameters, + - * / ^ and parentheses)"));
    }
    char next()
    {
        rest_ = config::trimmed(rest_);
        return rest_.empty() ? '\0' : rest_.front();
    }
    bool take(char sign)
    {
        if (next() != sign)
            return false;
        rest_.remove_prefix(1);
        return true;
    }
    void emit(char what) { expression_.steps_.push_back({what}); }
    void sum()
    {
        product();
        while (true) {
            if (take('+')) {
                product();
                emit('+');
            } else if (take('-')) {
                product();
                emit('-');
            } else {
                return;
            }
        }
    }
    void product()
    {
        factor();
        while (true) {
            if (take('*')) {
                factor();
                emit('*');
            } else if (take('/')) {
                factor();
                emit('/');
            } else {
                return;
            }
        }
    }
    void factor()
    {
        if (take('-')) {
            factor();
            emit('~');
            return;
        }
        atom();
        if (take('^')) {
            factor();
            emit('^');
        }
    }
    void atom()
    {
        if (take('(')) {
            sum();
            if (!take(')'))
                refuse();
            return;
        }
        (void)next();
        std::size_t n = std::min(rest_.find_first_of("+-*/^() \t"), rest_.size());
        while (n > 1 && n < rest_.size() && (rest_[n] == '+' || rest_[n] == '-') &&
               (rest_[n - 1] == 'e' || rest_[n - 1] == 'E') && config::parse_number(rest_.substr(0, n - 1)))
            n = std::min(rest_.find_first_of("+-*/^() \t", n + 1), rest_.size()); // 1e-3
        const std::string_view word = rest_.substr(0, n);
        if (word.empty())
            refuse();
        if (const auto number = config::parse_number(word)) {
            expression_.steps_.push_back({'#', *number});
        } else {
            const std::vector<std::string>& names = expression_.grid_.names();
            const auto found = std::ranges::find(names, word);
            if (found == names.end())
                throw InputError(config::suggesting(
                    text(where_, " ('", word, "' is no parameter)"),
                    config::did_you_mean(word, std::vector<std::string_view>{names.begin(), names.end()})));
            const auto parameter = static_cast<std::size_t>(found - names.begin());
            if (expression_.grid_.column(parameter).kind == ValueKind::text)
                throw InputError(text(where_, " (the values of '", word, "' are texts)"));
            expression_.steps_.push_back({'p', 0.0, parameter});
        }
        rest_.remove_prefix(n);
    }

    Expression& expression_;
    std::string_view rest_;
    const std::string& where_;
};

Expression::Expression(std::string_view expression, const std::string& where, const Grid& grid)
    : grid_{grid}
{
    Parser{*this, expression, where}.parse();
}

double Expression::value(std::uint64_t point) const
{
    std::vector<double> stack;
    for (const Step& step : steps_) {
        if (step.what == '#') {
            stack.push_back(step.number);
            continue;
        }
        if (step.what == 'p') {
            stack.push_back(std::visit(
                [](const auto& value) {
                    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
                        return 0.0; // refused when the expression was read
                    else
                        return static_cast<double>(value);
                },
                grid_.value_of(step.parameter, point)));
            continue;
        }
        const double last = stack.back();
        if (step.what == '~') {
            stack.back() = -last;
            continue;
        }
        stack.pop_back();
        double& first = stack.back();
        switch (step.what) {
        case '+':
            first += last;
            break;
        case '-':
            first -= last;
            break;
        case '*':
            first *= last;
            break;
        case '/':
            first /= last;
            break;
        default:
            first = std::pow(first, last);
        }
    }
    return stack.back();
}

} // namespace mtc::command
