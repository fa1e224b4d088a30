// Several lists in one program, and a call that takes longer than a rank may be silent.
//     mpirun -n 3 patience
#include <mtc/starmap.hpp>

#include <chrono>
#include <cstdio>
#include <thread>

int main(int argc, char** argv)
{
    mtc::Session session{argc, argv};
    const auto wait = [](double seconds) {
        std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
        return seconds;
    };
    // Rank 0 only hands out calls, and would miss what the others say.
    const mtc::StarmapOptions options{
        .settings = {{"worker_timeout", "2"}, {"scheduler_rank", "dedicated"}, {"task_duration", "0.001"}}};
    const auto first = mtc::starmap(session, "short", wait, std::vector<double>(200, 1e-3), options);
    const auto second = mtc::starmap(session, "long", wait, std::vector<double>{4.5}, options);
    const bool is_right = first.size() == 200 && second == std::vector<double>{4.5};
    std::printf("rank %d of %d: %s\n", session.rank(), session.n_ranks(), is_right ? "right" : "wrong");
    return is_right ? 0 : 1;
}
