#include "input_file.hpp"

#include "config/read.hpp"
#include "workloads/psha/job/read.hpp"
#include "workloads/psha/keys/levels.hpp"

/// A job.ini with its literals: lists, dictionaries, logscale().
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace mtc;
    static const fuzz::Folder folder;
    static const auto job = folder.write("job.ini", nullptr, 0);
    static const auto sources = folder.write("source_model_logic_tree.xml", nullptr, 0);
    static const auto gsims = folder.write("gsim_logic_tree.xml", nullptr, 0);
    return fuzz::try_to([&] {
        Notes notes;
        const std::string text{reinterpret_cast<const char*>(data), size};
        const Config config = config::read_config_text(
            job, text, {},
            [](const std::string&) -> const std::vector<Option>& { return psha::hazard_options(); }, notes);
        (void)psha::read_levels(config);
    });
}
