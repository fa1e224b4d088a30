#pragma once

#include "mtc/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace mtc::h5 {

/// An HDF5 call failed. The text holds the file, the object and HDF5's own stack of reasons.
struct Hdf5Error : Error {
    /// Takes HDF5's stack of the calling thread, so it must be made before the next HDF5 call.
    Hdf5Error(const std::filesystem::path& file_name, std::string_view object_name, std::string_view action);
    std::filesystem::path file;
    std::string object;
};

/// Keeps HDF5 from printing its stack by itself: it goes into the exception.
void silence();

/// Throws Hdf5Error when an HDF5 call gave a negative number, otherwise passes it on.
template <class Status>
Status check(Status status, const std::filesystem::path& file, std::string_view object,
             std::string_view action)
{
    if (status < 0)
        throw Hdf5Error{file, object, action};
    return status;
}

} // namespace mtc::h5
