#include "h5/file.hpp"

#include <utility>

namespace mtc::h5 {

namespace {

herr_t append_name(hid_t, const char* name, const H5O_info_t*, void* out)
{
    if (std::string_view{name} != ".")
        static_cast<std::vector<std::string>*>(out)->push_back(std::string{"/"} + name);
    return 0;
}

} // namespace

PropertiesHandle file_access()
{
    silence();
    PropertiesHandle access{check(H5Pcreate(H5P_FILE_ACCESS), {}, {}, "create file access properties")};
    check(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V110), {}, {},
          "set the format version");
    // Parallel file systems are often mounted without locks: that must not keep anybody from reading.
    check(H5Pset_file_locking(access.get(), true, true), {}, {}, "set file locking");
    return access;
}

File::File(FileHandle handle, std::filesystem::path path)
    : handle_{std::move(handle)}
    , path_{std::move(path)}
{}

File File::open(const std::filesystem::path& path)
{
    const PropertiesHandle access = file_access();
    FileHandle handle{check(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), path, {}, "open the file")};
    return File{std::move(handle), path};
}

File File::create(const std::filesystem::path& path)
{
    const PropertiesHandle access = file_access();
    FileHandle handle{check(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), path, {},
                            "create the file")};
    return File{std::move(handle), path};
}

bool File::has(const std::string& object) const
{
    if (object == "/")
        return true;
    // H5Lexists wants every link on the way to exist.
    for (std::size_t slash = object.find('/', 1); slash != std::string::npos;
         slash = object.find('/', slash + 1))
        if (check(H5Lexists(get(), object.substr(0, slash).c_str(), H5P_DEFAULT), path_, object,
                  "look for it") == 0)
            return false;
    return check(H5Lexists(get(), object.c_str(), H5P_DEFAULT), path_, object, "look for it") > 0;
}

std::vector<std::string> File::objects() const
{
    std::vector<std::string> names;
    check(H5Ovisit2(get(), H5_INDEX_NAME, H5_ITER_INC, append_name, &names, H5O_INFO_BASIC), path_, "/",
          "list the contents");
    return names;
}

bool File::is_dataset(const std::string& object) const
{
    const ObjectHandle handle{check(H5Oopen(get(), object.c_str(), H5P_DEFAULT), path_, object, "open it")};
    return H5Iget_type(handle.get()) == H5I_DATASET;
}

void File::make_groups_of(std::string_view object) const
{
    for (std::size_t slash = object.find('/', 1); slash != std::string_view::npos;
         slash = object.find('/', slash + 1)) {
        const std::string group{object.substr(0, slash)};
        if (has(group))
            continue;
        const PropertiesHandle creation{
            check(H5Pcreate(H5P_GROUP_CREATE), path_, group, "create properties")};
        check(H5Pset_obj_track_times(creation.get(), false), path_, group, "switch off time stamps");
        const ObjectHandle made{
            check(H5Gcreate2(get(), group.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), path_, group,
                  "create the group")};
    }
}

void File::close()
{
    check(handle_.close(), path_, {}, "write and close the file");
}

} // namespace mtc::h5
