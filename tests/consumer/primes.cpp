// A workload of one's own: for each block of a thousand numbers, how many of them are primes.
//     mpirun -n 4 primes primes.ini        primes.ini: calculation_mode = primes, n_blocks = 2000
#include <mtc/run.hpp>

class Primes final : public mtc::Workload {
public:
    explicit Primes(std::span<const std::byte> model)
        : stages_{{.name = "count",
                   .n_units = mtc::FlatReader{model}.get_one<std::uint64_t>("n_blocks"),
                   .datasets = {{.path = "/results/primes",
                                 .fields = {{.name = "", .element = mtc::Element::uint32}},
                                 .n_rows = mtc::FlatReader{model}.get_one<std::uint64_t>("n_blocks"),
                                 .axes = {"block"}}},
                   .cost_classes = {{"block", 1e-3}}}}
    {}
    const std::vector<mtc::Stage>& stages() const override { return stages_; }
    void compute(mtc::UnitKey unit, const mtc::StageInputs&, mtc::Workspace&,
                 mtc::UnitResults& results) const override
    {
        const std::uint64_t block = unit.unit.value();
        std::uint32_t n_primes = 0;
        for (std::uint64_t number = 1000 * block; number < 1000 * (block + 1); ++number) {
            bool prime = number > 1;
            for (std::uint64_t factor = 2; prime && factor * factor <= number; ++factor)
                prime = number % factor != 0;
            n_primes += prime ? 1 : 0;
        }
        results.rows(mtc::DatasetId{0}, block, std::as_bytes(std::span{&n_primes, 1}));
    }

private:
    std::vector<mtc::Stage> stages_;
};

const std::vector<mtc::Option>& options()
{
    static const std::vector<mtc::Option> list{
        {.name = "n_blocks", .type = mtc::ValueType::integer, .min = 1, .required = true}};
    return list;
}

int main(int argc, char** argv)
{
    const auto read = [](const mtc::Config& config, mtc::Notes&) {
        mtc::FlatWriter model;
        model.add_one("n_blocks", static_cast<std::uint64_t>(config.integer("n_blocks")));
        return model.finish();
    };
    const auto open = [](std::span<const std::byte> model, mtc::InstructionSet) {
        return std::make_unique<Primes>(model);
    };
    return mtc::run(argc, argv, {{"primes", "Primes in blocks of a thousand numbers", options, read, open}});
}
