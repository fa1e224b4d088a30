#include "h5/type.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace mtc::h5 {

namespace {

hid_t number_type(Element element)
{
    switch (element) {
    case Element::int8:
        return H5T_NATIVE_INT8;
    case Element::uint8:
        return H5T_NATIVE_UINT8;
    case Element::uint16:
        return H5T_NATIVE_UINT16;
    case Element::int32:
        return H5T_NATIVE_INT32;
    case Element::uint32:
        return H5T_NATIVE_UINT32;
    case Element::int64:
        return H5T_NATIVE_INT64;
    case Element::uint64:
        return H5T_NATIVE_UINT64;
    case Element::float32:
        return H5T_NATIVE_FLOAT;
    case Element::float64:
        return H5T_NATIVE_DOUBLE;
    case Element::text:
        break;
    }
    return H5I_INVALID_HID;
}

TypeHandle checked(hid_t id)
{
    if (id < 0)
        throw Error{"HDF5 refused to make a datatype"};
    return TypeHandle{id};
}

TypeHandle field_type(const Field& field)
{
    if (field.element == Element::text)
        return text_type(field.extent);
    const hid_t number = number_type(field.element);
    if (field.extent == 1)
        return checked(H5Tcopy(number));
    const hsize_t extent = field.extent;
    return checked(H5Tarray_create2(number, 1, &extent));
}

Field field_of(hid_t type)
{
    Field field;
    if (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0) {
        field.element = Element::text;
        field.extent = static_cast<std::uint32_t>(H5Tget_size(type));
        return field;
    }
    if (H5Tget_class(type) == H5T_ARRAY) {
        const TypeHandle base = checked(H5Tget_super(type));
        field = field_of(base.get());
        field.extent = static_cast<std::uint32_t>(H5Tget_size(type) / H5Tget_size(base.get()));
        return field;
    }
    for (const Element element :
         {Element::int8, Element::uint8, Element::uint16, Element::int32, Element::uint32, Element::int64,
          Element::uint64, Element::float32, Element::float64}) {
        if (H5Tequal(type, number_type(element)) > 0) {
            field.element = element;
            return field;
        }
    }
    throw Error{"a datatype that this program does not write"};
}

} // namespace

TypeHandle text_type(std::size_t n_bytes)
{
    TypeHandle type = checked(H5Tcopy(H5T_C_S1));
    if (H5Tset_size(type.get(), std::max<std::size_t>(n_bytes, 1)) < 0 ||
        H5Tset_strpad(type.get(), H5T_STR_NULLPAD) < 0 || H5Tset_cset(type.get(), H5T_CSET_UTF8) < 0)
        throw Error{text("HDF5 refused to make a text of ", n_bytes, " bytes")};
    return type;
}

TypeHandle cell_type(const std::vector<Field>& fields)
{
    if (fields.size() == 1 && fields.front().name.empty())
        return field_type(fields.front());
    std::size_t n_bytes = 0;
    for (const Field& field : fields)
        n_bytes += size_of(field.element) * field.extent;
    TypeHandle compound = checked(H5Tcreate(H5T_COMPOUND, n_bytes));
    std::size_t offset = 0;
    for (const Field& field : fields) {
        const TypeHandle member = field_type(field);
        if (H5Tinsert(compound.get(), field.name.c_str(), offset, member.get()) < 0)
            throw Error{text("HDF5 refused the field '", field.name, "' (two of that name?)")};
        offset += H5Tget_size(member.get());
    }
    return compound;
}

std::vector<Field> fields_of(hid_t type)
{
    if (H5Tget_class(type) != H5T_COMPOUND)
        return {field_of(type)};
    std::vector<Field> fields;
    const int n_members = H5Tget_nmembers(type);
    for (unsigned i = 0; i < static_cast<unsigned>(std::max(n_members, 0)); ++i) {
        const TypeHandle member = checked(H5Tget_member_type(type, i));
        const std::unique_ptr<char, herr_t (*)(void*)> name{H5Tget_member_name(type, i), H5free_memory};
        fields.push_back(field_of(member.get()));
        fields.back().name = name.get();
    }
    return fields;
}

std::string_view name_of(Element element) noexcept
{
    constexpr std::array<std::string_view, 10> names{"int8",   "uint8",   "int32",   "uint32", "int64",
                                                     "uint64", "float32", "float64", "text",   "uint16"};
    return names[static_cast<std::size_t>(element)];
}

} // namespace mtc::h5
