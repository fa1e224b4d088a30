#include "workloads/psha/source_model/rupture_file.hpp"

#include "h5/file.hpp"

#include "mtc/error.hpp"

#include <string_view>

namespace mtc::psha {
namespace {

/// One dataset of a group, with its extents.
class Column {
public:
    Column(const h5::File& file, const std::string& group, std::string_view name)
        : file_{file}
        , path_{text(group, "/", name)}
    {
        if (!file.has(path_) || !file.is_dataset(path_))
            throw InputError(text(file.path().string(), ": no dataset ", path_,
                                  " (mag, rake, probs_occur and rupture_idxs are required of a multi-fault "
                                  "source)"));
        dataset_ = h5::DatasetHandle{checked(H5Dopen2(file.get(), path_.c_str(), H5P_DEFAULT))};
        const h5::SpaceHandle space{checked(H5Dget_space(dataset_.get()))};
        const int n_axes = static_cast<int>(checked(H5Sget_simple_extent_ndims(space.get())));
        extents_.resize(static_cast<std::size_t>(n_axes));
        checked(H5Sget_simple_extent_dims(space.get(), extents_.data(), nullptr));
    }

    [[nodiscard]] const std::vector<hsize_t>& extents() const { return extents_; }

    void expect(std::size_t n_axes, hsize_t n_rows) const
    {
        if (extents_.size() != n_axes || extents_[0] != n_rows)
            throw InputError(text(file_.path().string(), ": ", path_, " has ", extents_.size(), " axes and ",
                                  extents_.empty() ? 0 : extents_[0], " rows (accepted: ", n_axes, " and ",
                                  n_rows, ")"));
    }

    [[nodiscard]] std::vector<double> numbers() const
    {
        const h5::TypeHandle type{checked(H5Dget_type(dataset_.get()))};
        const H5T_class_t kind = H5Tget_class(type.get());
        if (kind != H5T_FLOAT && kind != H5T_INTEGER)
            throw InputError(text(file_.path().string(), ": ", path_, " holds no numbers"));
        hsize_t n = 1;
        for (const hsize_t extent : extents_)
            n *= extent;
        std::vector<double> values(n);
        checked(H5Dread(dataset_.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
        return values;
    }

    [[nodiscard]] std::vector<std::string> texts() const
    {
        const h5::TypeHandle type{checked(H5Dget_type(dataset_.get()))};
        if (H5Tget_class(type.get()) != H5T_STRING)
            throw InputError(text(file_.path().string(), ": ", path_, " holds no texts"));
        return checked(H5Tis_variable_str(type.get())) > 0 ? variable_texts(type.get())
                                                           : fixed_texts(type.get());
    }

private:
    template <class Status>
    Status checked(Status status) const
    {
        return h5::check(status, file_.path(), path_, "read");
    }

    [[nodiscard]] std::vector<std::string> variable_texts(hid_t type) const
    {
        std::vector<char*> pointers(extents_[0], nullptr);
        checked(H5Dread(dataset_.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()));
        std::vector<std::string> texts;
        for (const char* pointer : pointers)
            texts.emplace_back(pointer == nullptr ? "" : pointer);
        const h5::SpaceHandle space{checked(H5Dget_space(dataset_.get()))};
        checked(H5Dvlen_reclaim(type, space.get(), H5P_DEFAULT, pointers.data()));
        return texts;
    }

    [[nodiscard]] std::vector<std::string> fixed_texts(hid_t type) const
    {
        const std::size_t size = H5Tget_size(type);
        std::string bytes(size * extents_[0], '\0');
        checked(H5Dread(dataset_.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()));
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < extents_[0]; ++i)
            texts.emplace_back(std::string{bytes.substr(i * size, size)}.c_str()); // up to the padding
        return texts;
    }

    const h5::File& file_;
    std::string path_;
    h5::DatasetHandle dataset_;
    std::vector<hsize_t> extents_;
};

} // namespace

RuptureArrays read_hdf5_ruptures(const std::filesystem::path& path, const std::string& source_id)
try {
    const h5::File file = h5::File::open(path);
    const std::string group = "/" + source_id;
    if (!file.has(group) || file.is_dataset(group))
        throw InputError(text(path.string(), ": no group ", group,
                              " (the ruptures of the multi-fault source '", source_id, "')"));
    const Column magnitudes{file, group, "mag"};
    const Column rakes{file, group, "rake"};
    const Column probabilities{file, group, "probs_occur"};
    const Column sections{file, group, "rupture_idxs"};
    if (magnitudes.extents().size() != 1)
        magnitudes.expect(1, 0);
    const hsize_t n = magnitudes.extents()[0];
    rakes.expect(1, n);
    probabilities.expect(2, n);
    sections.expect(1, n);
    return {.magnitudes = magnitudes.numbers(),
            .rakes = rakes.numbers(),
            .probabilities = probabilities.numbers(),
            .n_probabilities = probabilities.extents()[1],
            .section_lists = sections.texts()};
} catch (const h5::Hdf5Error& error) {
    throw InputError(error.what()); // a damaged file
}

} // namespace mtc::psha
