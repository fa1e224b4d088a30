#include "workloads/command/command_line.hpp"
#include "workloads/command/launcher.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace mtc::command {
namespace {

Start shell(const std::string& command)
{
    return {.program = "/bin/sh", .words = {"sh", "-c", command}, .most_output = 1000, .most_errors = 1000};
}

Ended run(Launcher& launcher, const Start& start)
{
    const std::optional<Ended> ended = launcher.run(start, [] { return true; });
    REQUIRE(ended);
    return *ended;
}

/// [s] Far beyond what is tested: what never ends by itself in this test.
constexpr double long_s = 60.0;

/// Waits until a condition holds, at most a minute.
template <class Condition>
bool soon(const Condition& condition)
{
    for (int i = 0; i < 6000; ++i) {
        if (condition())
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
}

bool is_written(const std::string& file)
{
    std::error_code missing;
    return std::filesystem::file_size(file, missing) > 0 && !missing;
}

/// The number in a file, once it is there.
pid_t number_in(const std::string& file)
{
    pid_t number = 0;
    REQUIRE(soon([&] { return static_cast<bool>(std::ifstream{file} >> number); }));
    return number;
}

/// Neither there nor a zombie that nobody waits for.
bool is_gone(pid_t process)
{
    std::ifstream file{"/proc/" + std::to_string(process) + "/stat"};
    std::string word;
    char state = 'X';
    file >> word >> word >> state;
    return !file || state == 'Z' || state == 'X';
}

/// The end of a command by its timeout, which is prolonged until the command came so far as to write a file.
Ended timed_out(Launcher& launcher, Start start, const char* file)
{
    std::filesystem::remove(file);
    for (start.timeout_s = 0.2;; start.timeout_s *= 3.0) {
        const Ended ended = run(launcher, start);
        REQUIRE(ended.timed_out);
        CHECK(ended.wall_s >= start.timeout_s);
        REQUIRE(start.timeout_s < long_s);
        if (is_written(file))
            return ended;
    }
}

TEST_CASE("how commands end, what they print and what they use")
{
    Launcher launcher;
    const Ended status = run(launcher, shell("echo out; echo err >&2; exit 3"));
    CHECK(status.status == 3);
    CHECK(status.signal == 0);
    CHECK(status.output == "out\n");
    CHECK(status.errors == "err\n");
    CHECK(status.n_output == 4);
    CHECK_FALSE(status.good());

    const Ended killed = run(launcher, shell("kill -9 $$"));
    CHECK(killed.signal == SIGKILL);
    CHECK_FALSE(killed.good());

    const Ended busy = run(launcher, shell("i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done"));
    CHECK(busy.good());
    CHECK(busy.cpu_s > 0.0);
    CHECK(busy.wall_s >= 0.5 * busy.cpu_s);

    const Ended missing = run(launcher, {.program = "/no/such/program", .words = {"x"}});
    CHECK(missing.cannot_start == "/no/such/program: No such file or directory");
    const Ended nowhere = run(launcher, {.program = "/bin/true", .words = {"true"}, .folder = "/no/such"});
    CHECK(nowhere.cannot_start == "/no/such: No such file or directory");
    CHECK(run(launcher, {.program = "/bin/true", .words = {"true"}}).good());
}

TEST_CASE("only the end of a long output is kept, and its length is known")
{
    Launcher launcher;
    Start start = shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done");
    const Ended ended = run(launcher, start);
    CHECK(ended.good());
    CHECK(ended.output.size() == 1000);
    CHECK(ended.output.ends_with("line 19998\nline 19999\n"));
    CHECK(ended.n_output == 208'890);
    start.most_output = 0; // to /dev/null
    CHECK(run(launcher, start).n_output == 0);
    start.output_file = "whole.txt";
    CHECK(run(launcher, start).good());
    CHECK(std::filesystem::file_size("whole.txt") == 208'890);
}

TEST_CASE("memory peak is the command's own")
{
    Launcher launcher;
    const Ended first = run(launcher, {.program = "/bin/true", .words = {"true"}});
    CHECK(first.good());
    CHECK(first.memory_mb > 0.5);
    const std::vector<char> ballast(200'000'000, 'x'); // of this process, which the helper does not share
    const double small_mb = run(launcher, {.program = "/bin/true", .words = {"true"}}).memory_mb;
    CHECK(small_mb < first.memory_mb + 20.0);
    const Ended large = run(launcher, shell("head -c 200000000 /dev/zero | tail -c 150000000 > /dev/null"));
    CHECK(large.good());
    CHECK(large.memory_mb > 140.0); // more than the helper has, however this test was built
    CHECK(ballast.back() == 'x');
}

TEST_CASE("standard input, folder and environment, without what is MPI's")
{
    ::setenv("OMPI_COMM_WORLD_RANK", "7", 1);
    ::setenv("PMIX_RANK", "7", 1);
    ::setenv("SLURM_OVERLAP", "1", 1);
    ::setenv("KEPT", "yes", 1);
    ::setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1); // a wish of the user's, which says nothing about the rank
    Launcher launcher;
    Start start = shell("cat; pwd; echo $KEPT $NEW $HOME; env | grep -v ALLOW_RUN | "
                        "grep -c -E '^(OMPI|PMIX|PMI|MTC|SLURM_OVERLAP)'; echo $OMPI_ALLOW_RUN_AS_ROOT");
    start.standard_input = "hello\n";
    start.folder = "/";
    start.environment = {"NEW=new", "HOME=/elsewhere"};
    CHECK(run(launcher, start).output == "hello\n/\nyes new /elsewhere\n0\n1\n");
    CHECK(run(launcher, shell("wc -c")).output == "0\n");
    ::unsetenv("OMPI_COMM_WORLD_RANK");
    ::unsetenv("PMIX_RANK");
    ::unsetenv("SLURM_OVERLAP");
}

TEST_CASE("a timeout and being left end the whole process group")
{
    Launcher launcher;
    Start start = shell("sleep 600 & echo $! > grandchild; wait");
    const Ended late = timed_out(launcher, start, "grandchild");
    CHECK(late.signal == SIGTERM);
    CHECK(late.wall_s < long_s);
    const pid_t first = number_in("grandchild");
    CHECK(soon([&] { return is_gone(first); }));

    // Who does not listen to TERM is killed.
    start = shell("trap '' TERM; echo > trapped; sleep 600 & wait; sleep 600");
    start.patience_s = 0.2;
    const Ended stubborn = timed_out(launcher, start, "trapped");
    CHECK(stubborn.signal == SIGKILL);
    CHECK(stubborn.wall_s < long_s);

    std::filesystem::remove("grandchild");
    int n_looks = 0;
    CHECK_FALSE(launcher.run(shell("sleep 600 & echo $! > grandchild; wait"),
                             [&] { return ++n_looks < 5 || !is_written("grandchild"); }));
    const pid_t second = number_in("grandchild");
    CHECK(soon([&] { return is_gone(second); }));
    CHECK(n_looks >= 5);

    // What a command leaves behind ends with it.
    std::filesystem::remove("grandchild");
    CHECK(run(launcher, shell("sleep 600 & echo $! > grandchild")).good());
    const pid_t third = number_in("grandchild");
    CHECK(soon([&] { return is_gone(third); }));
}

TEST_CASE("commands die with their rank, even when it is killed with -9")
{
    for (const bool kill_helper : {false, true}) {
        CAPTURE(kill_helper);
        for (const char* file : {"child", "grandchild"})
            std::filesystem::remove(file);
        const pid_t rank = ::fork();
        if (rank == 0) {
            ::setpgid(0, 0);
            Launcher launcher;
            (void)launcher.run(
                shell("echo $PPID > helper; echo $$ > child; sleep 600 & echo $! > grandchild; wait"),
                [] { return true; });
            ::_exit(0);
        }
        const pid_t grandchild = number_in("grandchild");
        const pid_t child = number_in("child");
        CHECK_FALSE(is_gone(child));
        ::kill(kill_helper ? number_in("helper") : rank, SIGKILL);
        CHECK(soon([&] { return is_gone(child); }));
        CHECK(soon([&] { return is_gone(grandchild); }));
        ::kill(rank, SIGKILL);
        ::waitpid(rank, nullptr, 0);
    }
}

TEST_CASE("a helper that was killed is said, and made anew")
{
    Launcher launcher;
    CHECK_THROWS_AS((void)run(launcher, shell("kill -9 $PPID; sleep 600")), std::exception);
    CHECK(run(launcher, shell("echo again")).output == "again\n");
}

} // namespace
} // namespace mtc::command
