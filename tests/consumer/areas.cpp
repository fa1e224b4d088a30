// A function, a list of weighted arguments, the results in order: areas under curves, by many thin strips.
//     mpirun -n 4 areas
#include <mtc/starmap.hpp>

#include <cmath>
#include <cstdio>
#include <cstring>

/// The area under x^power from 0 to 1.
double area(double power, int n_strips)
{
    double sum = 0.0;
    for (int i = 0; i < n_strips; ++i)
        sum += std::pow((i + 0.5) / n_strips, power);
    return sum / n_strips;
}

int main(int argc, char** argv)
{
    mtc::Session session{argc, argv};
    std::vector<std::tuple<double, int>> arguments;
    std::vector<double> weights;
    for (int i = 0; i < 300; ++i) {
        const int n_strips = 1000 * (1 + i % 20);
        arguments.emplace_back(0.5 * i, n_strips);
        weights.push_back(n_strips);
    }
    const std::vector<double> areas = mtc::starmap(session, "areas", area, arguments, {.weights = weights});

    // Of any type that mtc/bytes.hpp knows, also of no fixed length; the arguments of rank 0 are taken.
    const std::vector<std::string> words{"a", "", "list", "of words"};
    const auto doubled = mtc::starmap(
        session, "words", [](const std::string& word) { return word + word; },
        session.rank() == 0 ? words : std::vector<std::string>{});
    const auto powers = mtc::starmap(
        session, "powers",
        [](int n) {
            return std::array<std::int64_t, 3>{n, n * n, n * n * n};
        },
        std::vector<int>{1, 2, -3});

    int n_wrong = areas.size() == arguments.size() ? 0 : 1;
    for (std::size_t i = 0; i < areas.size(); ++i) // against the integral
        n_wrong += std::abs(areas[i] - 1.0 / (std::get<0>(arguments[i]) + 1.0)) < 1e-2 ? 0 : 1;
    for (std::size_t i = 0; i < areas.size(); ++i) // against itself, to the last bit
        n_wrong += areas[i] == std::apply(area, arguments[i]) ? 0 : 1;
    n_wrong += doubled == std::vector<std::string>{"aa", "", "listlist", "of wordsof words"} ? 0 : 1;
    n_wrong += powers.size() == 3 && powers[2] == std::array<std::int64_t, 3>{-3, 9, -27} ? 0 : 1;

    // What a call throws reaches every rank.
    try {
        (void)mtc::starmap(
            session, "failing",
            [](int i) {
                if (i == 2)
                    throw std::runtime_error("argument two does not please");
                return i;
            },
            std::vector<int>{0, 1, 2, 3});
        ++n_wrong;
    } catch (const mtc::Error& error) {
        if (session.rank() == 0 && std::strstr(error.what(), "argument two does not please") == nullptr)
            ++n_wrong;
    }
    try {
        (void)mtc::starmap(session, "misspelt", area, arguments,
                           {.settings = {{"checkpoint_intervall", "10"}}});
        ++n_wrong;
    } catch (const mtc::InputError& error) {
        if (session.rank() == 0 &&
            std::strstr(error.what(), "Did you mean 'checkpoint_interval'?") == nullptr)
            ++n_wrong;
    }
    std::printf("rank %d of %d: %zu areas, %d wrong\n", session.rank(), session.n_ranks(), areas.size(),
                n_wrong);
    return n_wrong == 0 ? 0 : 1;
}
