#include "workloads/psha/source_model/rupture_file.hpp"

#include "mtc/error.hpp"

#include <mutex>

namespace mtc::psha {
namespace {

ReadRuptureFile& reader() noexcept
{
    static ReadRuptureFile present = nullptr;
    return present;
}

} // namespace

void read_rupture_files_with(ReadRuptureFile read) noexcept
{
    reader() = read;
}

RuptureArrays read_rupture_file(const std::filesystem::path& file, const std::string& source_id)
{
    if (reader() == nullptr)
        throw InputError(text(file.string(), ": ruptures in HDF5 (this program was built without it)"));
    static std::mutex one_at_a_time; // sources are read by several threads, HDF5 may serve one alone
    const std::scoped_lock lock{one_at_a_time};
    return reader()(file, source_id);
}

} // namespace mtc::psha
