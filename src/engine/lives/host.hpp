#pragma once

#include <string>

#include <unistd.h>

namespace mtc::engine {

/// The name of this node.
[[nodiscard]] inline std::string host_name()
{
    char host[256] = {};
    gethostname(host, sizeof host - 1);
    return host;
}

} // namespace mtc::engine
