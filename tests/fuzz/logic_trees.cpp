#include "input_file.hpp"
#include "workloads/psha/logic_tree/logic_tree.hpp"

/// A logic tree, read both as one of source models and as one of ground-motion models.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace mtc;
    static const fuzz::Folder folder;
    const auto file = folder.write("logic_tree.xml", data, size);
    (void)folder.write("source_model.xml", nullptr, 0);
    Notes notes;
    (void)fuzz::try_to([&] { (void)psha::read_source_model_tree(file, notes); });
    return fuzz::try_to([&] { (void)psha::read_gsim_tree(file, {"Active Shallow Crust"}); });
}
