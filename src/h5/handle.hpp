#pragma once

#include <hdf5.h>

#include <cstdio>
#include <utility>

namespace mtc::h5 {

/// Owns an HDF5 identifier and closes it with `Close`. Move-only. The destructor never throws: it reports.
template <herr_t (*Close)(hid_t)>
class Handle {
public:
    Handle() noexcept = default;
    explicit Handle(hid_t id) noexcept
        : id_{id}
    {}
    Handle(Handle&& other) noexcept
        : id_{std::exchange(other.id_, H5I_INVALID_HID)}
    {}
    Handle& operator=(Handle&& other) noexcept
    {
        std::swap(id_, other.id_);
        return *this;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle()
    {
        if (close() < 0)
            std::fputs("mtc: HDF5 failed to close an object\n", stderr);
    }

    [[nodiscard]] hid_t get() const noexcept { return id_; }
    /// Forgets the identifier without closing it.
    void release() noexcept { id_ = H5I_INVALID_HID; }
    /// Closes now; the status is HDF5's own, negative for failure. Does nothing when there is nothing to
    /// close.
    herr_t close() noexcept { return id_ < 0 ? 0 : Close(std::exchange(id_, H5I_INVALID_HID)); }

private:
    hid_t id_ = H5I_INVALID_HID;
};

using AttributeHandle = Handle<H5Aclose>;
using DatasetHandle = Handle<H5Dclose>;
using FileHandle = Handle<H5Fclose>;
using ObjectHandle = Handle<H5Oclose>;
using PropertiesHandle = Handle<H5Pclose>;
using SpaceHandle = Handle<H5Sclose>;
using TypeHandle = Handle<H5Tclose>;

} // namespace mtc::h5
