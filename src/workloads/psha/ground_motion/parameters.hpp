#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mtc::psha {

/// Parameters of a ground-motion model, from the lines `key = value` under its name. A model asks for each it
/// knows; what nobody asked for is an error.
class ModelParameters {
public:
    ModelParameters() = default;
    /// \param spec  see make_model
    /// \throws InputError  not TOML, more than one table, or a value that is no number, text or boolean
    explicit ModelParameters(std::string_view spec);

    [[nodiscard]] const std::string& model() const noexcept { return model_; }

    /// \throws InputError  the value is of another type
    [[nodiscard]] double number(std::string_view key, double default_value);
    [[nodiscard]] bool flag(std::string_view key, bool default_value);
    [[nodiscard]] std::string word(std::string_view key, std::string_view default_value);

    /// \throws InputError  a parameter that the model has not asked for, with the nearest it knows
    void reject_unknown() const;

private:
    using Value = std::variant<bool, double, std::string>;
    struct Parameter {
        std::string key;
        Value value;
    };
    template <class T>
    T get(std::string_view key, T default_value, std::string_view wanted);

    std::string model_;
    std::vector<Parameter> given_;
    std::vector<std::string> known_; ///< asked for by the model
};

} // namespace mtc::psha
