#include "h5/error.hpp"

#include <hdf5.h>

#include <cstring>

namespace mtc::h5 {

namespace {

herr_t append(unsigned, const H5E_error2_t* entry, void* out)
{
    auto& stack = *static_cast<std::string*>(out);
    if (entry->desc != nullptr && *entry->desc != '\0') {
        stack += stack.empty() ? "" : ": ";
        stack += entry->desc;
    }
    return 0;
}

/// HDF5's descriptions from the call that was made down to the one that failed.
std::string stack_of_hdf5()
{
    std::string stack;
    if (H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, append, &stack) < 0 || stack.empty())
        return "HDF5 gave no reason";
    return stack;
}

std::string message_of(const std::filesystem::path& file, std::string_view object, std::string_view action)
{
    const std::string stack = stack_of_hdf5();
    // A full disk is the one failure that every user meets: it deserves its plain name.
    const bool full = stack.find(std::strerror(ENOSPC)) != std::string::npos;
    return text(file.string(), object.empty() ? "" : ":", object, ": cannot ", action, " (",
                full ? "the disk is full; " : "", stack, ")");
}

} // namespace

Hdf5Error::Hdf5Error(const std::filesystem::path& file_name, std::string_view object_name,
                     std::string_view action)
    : Error{message_of(file_name, object_name, action)}
    , file{file_name}
    , object{object_name}
{}

void silence()
{
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

} // namespace mtc::h5
