#include "durable/run_lock.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <optional>

#include <sys/wait.h>
#include <unistd.h>

using namespace mtc;
using mtc::durable::RunLock;

namespace {

std::string refusal(const char* output)
{
    try {
        const RunLock lock{output};
    } catch (const IoError& error) {
        return error.what();
    }
    return "";
}

} // namespace

TEST_CASE("a second run of one output is refused, by whom is told; afterwards nothing is left")
{
    {
        const RunLock lock{"locked.h5"};
        CHECK(lock.why_not().empty());
        const std::string message = refusal("locked.h5");
        CHECK(message.find("locked.h5 is being computed by process ") != std::string::npos);
        CHECK(message.find(std::to_string(::getpid())) != std::string::npos);
        CHECK(refusal("other.h5").empty());
    }
    CHECK_FALSE(std::filesystem::exists("locked.h5.lock"));
    CHECK(refusal("locked.h5").empty());
}

TEST_CASE("a lock goes with its process, however that ends")
{
    std::array<int, 2> ready{};
    REQUIRE(::pipe(ready.data()) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const RunLock lock{"killed.h5"};
        char byte = 1;
        if (::write(ready[1], &byte, 1) == 1)
            ::pause();
        ::_exit(0);
    }
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    CHECK(refusal("killed.h5").find(std::to_string(child)) != std::string::npos);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK(refusal("killed.h5").empty());
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_CASE("where no file can be made the lock says so")
{
    CHECK(refusal("no/such/folder/x.h5").find("no/such/folder/x.h5.lock: cannot be made") !=
          std::string::npos);
}
