#include "h5/attribute.hpp"

#include "h5/type.hpp"

#include <algorithm>
#include <type_traits>

namespace mtc::h5 {

namespace {

std::size_t longest(const std::vector<std::string>& texts)
{
    std::size_t n = 1;
    for (const std::string& each : texts)
        n = std::max(n, each.size());
    return n;
}

std::vector<char> padded(const std::vector<std::string>& texts, std::size_t length)
{
    std::vector<char> chars(std::max<std::size_t>(texts.size(), 1) * length, '\0');
    for (std::size_t i = 0; i < texts.size(); ++i)
        std::copy(texts[i].begin(), texts[i].end(), chars.begin() + static_cast<std::ptrdiff_t>(i * length));
    return chars;
}

std::string without_padding(const char* first, std::size_t length)
{
    const std::string all{first, length};
    return all.substr(0, all.find('\0'));
}

ObjectHandle open_object(const File& file, const std::string& object)
{
    return ObjectHandle{
        check(H5Oopen(file.get(), object.c_str(), H5P_DEFAULT), file.path(), object, "open it")};
}

/// What H5Acreate2 and H5Awrite need to know of a value.
struct Stored {
    TypeHandle type;
    SpaceHandle space;
    const void* data = nullptr;
    std::vector<char> chars;
};

SpaceHandle scalar()
{
    return SpaceHandle{H5Screate(H5S_SCALAR)};
}

SpaceHandle list(std::size_t n)
{
    const hsize_t extent = n;
    return SpaceHandle{H5Screate_simple(1, &extent, nullptr)};
}

template <class T>
hid_t number_type()
{
    return std::is_same_v<T, double> ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
}

Stored stored(const std::string& value)
{
    Stored result{text_type(value.size()), scalar(), nullptr,
                  padded({value}, std::max<std::size_t>(value.size(), 1))};
    result.data = result.chars.data();
    return result;
}

Stored stored(const std::vector<std::string>& values)
{
    const std::size_t length = longest(values);
    Stored result{text_type(length), list(values.size()), nullptr, padded(values, length)};
    result.data = result.chars.data();
    return result;
}

template <class T>
Stored stored(const std::vector<T>& values)
{
    return {TypeHandle{H5Tcopy(number_type<T>())}, list(values.size()), values.data(), {}};
}

template <class T>
Stored stored(const T& value)
{
    return {TypeHandle{H5Tcopy(number_type<T>())}, scalar(), &value, {}};
}

template <class T>
AttributeValue read_numbers(hid_t attribute, std::size_t n, bool is_scalar, const std::string& what,
                            const File& file)
{
    std::vector<T> values(n);
    if (n > 0)
        check(H5Aread(attribute, number_type<T>(), values.data()), file.path(), what, "read the attribute");
    if (is_scalar)
        return values.front();
    return values;
}

/// A text as h5py writes it.
std::string read_variable_text(hid_t attribute, hid_t type, const std::string& what, const File& file)
{
    char* chars = nullptr;
    check(H5Aread(attribute, type, &chars), file.path(), what, "read the attribute");
    const std::string value{chars == nullptr ? "" : chars};
    H5free_memory(chars);
    return value;
}

} // namespace

void write_attribute(const File& file, const std::string& object, const std::string& name,
                     const AttributeValue& value)
{
    const std::string what = object + "@" + name;
    const ObjectHandle owner = open_object(file, object);
    const Stored as = std::visit([](const auto& v) { return stored(v); }, value);
    const AttributeHandle attribute{
        check(H5Acreate2(owner.get(), name.c_str(), as.type.get(), as.space.get(), H5P_DEFAULT, H5P_DEFAULT),
              file.path(), what, "create the attribute")};
    check(H5Awrite(attribute.get(), as.type.get(), as.data), file.path(), what, "write the attribute");
}

std::optional<AttributeValue> read_attribute(const File& file, const std::string& object,
                                             const std::string& name)
{
    const std::string what = object + "@" + name;
    const ObjectHandle owner = open_object(file, object);
    if (check(H5Aexists(owner.get(), name.c_str()), file.path(), what, "look for the attribute") == 0)
        return std::nullopt;
    const AttributeHandle attribute{
        check(H5Aopen(owner.get(), name.c_str(), H5P_DEFAULT), file.path(), what, "open the attribute")};
    const TypeHandle type{check(H5Aget_type(attribute.get()), file.path(), what, "read the type")};
    const SpaceHandle space{check(H5Aget_space(attribute.get()), file.path(), what, "read the shape")};
    const int n_axes = check(H5Sget_simple_extent_ndims(space.get()), file.path(), what, "read the shape");
    const auto n = static_cast<std::size_t>(
        check(H5Sget_simple_extent_npoints(space.get()), file.path(), what, "read the shape"));
    const H5T_class_t kind = H5Tget_class(type.get());
    if (n_axes <= 1 && kind == H5T_INTEGER)
        return read_numbers<std::int64_t>(attribute.get(), n, n_axes == 0, what, file);
    if (n_axes <= 1 && kind == H5T_FLOAT)
        return read_numbers<double>(attribute.get(), n, n_axes == 0, what, file);
    if (n_axes == 0 && kind == H5T_STRING && H5Tis_variable_str(type.get()) != 0)
        return read_variable_text(attribute.get(), type.get(), what, file);
    if (n_axes > 1 || kind != H5T_STRING || H5Tis_variable_str(type.get()) != 0)
        throw Error{text(file.path().string(), ":", what,
                         ": an attribute of another kind (expected text or number, single or a list)")};
    const std::size_t length = H5Tget_size(type.get());
    std::vector<char> chars(n * length);
    if (n > 0)
        check(H5Aread(attribute.get(), type.get(), chars.data()), file.path(), what, "read the attribute");
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < n; ++i)
        texts.push_back(without_padding(chars.data() + i * length, length));
    if (n_axes == 0)
        return texts.front();
    return texts;
}

std::string read_text_attribute(const File& file, const std::string& object, const std::string& name)
{
    const std::optional<AttributeValue> value = read_attribute(file, object, name);
    const auto* found = value ? std::get_if<std::string>(&*value) : nullptr;
    return found == nullptr ? std::string{} : *found;
}

std::vector<std::string> attribute_names(const File& file, const std::string& object)
{
    const ObjectHandle owner = open_object(file, object);
    std::vector<std::string> names;
    hsize_t position = 0;
    const auto append = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
        static_cast<std::vector<std::string>*>(out)->emplace_back(name);
        return 0;
    };
    check(H5Aiterate2(owner.get(), H5_INDEX_NAME, H5_ITER_INC, &position, append, &names), file.path(),
          object, "list the attributes");
    return names;
}

} // namespace mtc::h5
