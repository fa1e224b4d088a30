#pragma once

#include "mtc/error.hpp"

#include <string>

namespace mtc::test {

/// The message of the InputError that a call throws, or "nothing was refused".
template <class Call>
std::string refusal(const Call& call)
{
    try {
        (void)call();
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was refused";
}

} // namespace mtc::test
