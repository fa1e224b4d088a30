#include "mtc/workload.hpp"

#include "mtc/error.hpp"

namespace mtc {

std::size_t size_of(Element element) noexcept
{
    switch (element) {
    case Element::int8:
    case Element::uint8:
    case Element::text:
        return 1;
    case Element::uint16:
        return 2;
    case Element::int32:
    case Element::uint32:
    case Element::float32:
        return 4;
    case Element::int64:
    case Element::uint64:
    case Element::float64:
        return 8;
    }
    return 0;
}

std::uint64_t Dataset::row_bytes() const noexcept
{
    std::uint64_t bytes = 0;
    for (const Field& field : fields)
        bytes += size_of(field.element) * field.extent;
    for (const std::uint64_t extent : inner)
        bytes *= extent;
    return bytes;
}

std::vector<SourceInfo> Workload::sources(StageId stage) const
{
    return {{stages().at(stage.value()).name, "units"}};
}

std::vector<Parcel> Workload::parcels(StageId stage, const StageInputs&) const
{
    const std::uint64_t n_units = stages().at(stage.value()).n_units;
    return {{SourceId{0}, BlockId::none(), CostClass{0}, UnitRange{UnitId{0}, n_units},
             static_cast<double>(n_units)}};
}

std::string Workload::describe(UnitKey unit) const
{
    const Stage& stage = stages().at(unit.stage.value());
    return text("unit ", unit.unit.value(), " of ", stage.n_units, " (", stage.name, ")");
}

} // namespace mtc
