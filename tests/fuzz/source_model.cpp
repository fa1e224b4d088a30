#include "input_file.hpp"
#include "workloads/psha/source_model/source_reader.hpp"

/// A source model in NRML, and the bins of all its distributions.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace mtc;
    static const fuzz::Folder folder;
    const auto file = folder.write("source_model.xml", data, size);
    return fuzz::try_to([&] {
        Notes notes;
        (void)psha::read_source_model(file, {.width_of_mfd_bin = 0.1, .investigation_time = 50.0}, notes);
    });
}
