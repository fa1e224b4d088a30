#include "workloads/psha/source/kite_ruptures.hpp"

#include "mtc/error.hpp"

#include <array>
#include <cmath>

namespace mtc::psha {
namespace {

/// Whole steps of a rupture's sides.
struct Sides {
    double along = 0.0;
    double down = 0.0;
};

[[noreturn]] void refuse(const KiteFloating& floating, double magnitude, double area, const Sides& sides)
{
    throw InputError(text(
        "mesh spacing ", floating.along_km, " is too high to represent ruptures of magnitude ", magnitude,
        " (of ", area, " km2; the nearest in steps of ", floating.along_km, " km along strike and ",
        floating.down_km, " km down dip is ", sides.along * floating.along_km, " km by ",
        sides.down * floating.down_km, " km). Lower rupture_mesh_spacing, or raise the least magnitude?"));
}

bool is_complete(const MeshView& mesh, const SubMesh& part)
{
    for (std::size_t row = part.first_row; row < part.first_row + part.n_rows; ++row)
        for (std::size_t column = part.first_column; column < part.first_column + part.n_columns; ++column)
            if (std::isnan(mesh.point(row, column).lon))
                return false;
    return true;
}

} // namespace

SubMesh kite_rupture_size(const KiteFloating& floating, double magnitude)
{
    constexpr double whole = 0.01;      // less than this beyond a whole number counts as one
    constexpr double elongation = 0.05; // added to whole aspect ratios, so that 1 is not square
    constexpr double most_wrong = 0.25; // of the area
    const double given = floating.aspect_ratio;
    const double ratio = std::fmod(given, 1.0) < whole ? given + elongation : given;
    const double area = median_area_km2(floating.relation, magnitude, floating.rake);
    const double length = std::sqrt(area * ratio) / floating.along_km;
    const double longer = std::ceil(length);
    const double shorter = std::floor(length);
    const double per_down = floating.along_km / ratio / floating.down_km;
    const std::array<Sides, 4> choices{{{longer, std::ceil(longer * per_down)},
                                        {shorter, std::floor(longer * per_down)},
                                        {longer, std::ceil(shorter * per_down)},
                                        {shorter, std::floor(shorter * per_down)}}};
    const auto badness = [&](const Sides& sides) {
        const double l = sides.along * floating.along_km;
        const double w = sides.down * floating.down_km;
        return std::sqrt(std::abs(l * w - area)) + std::abs(l / w - ratio) * floating.along_km;
    };
    Sides best = choices[0];
    for (const Sides& sides : choices)
        if (badness(sides) < badness(best))
            best = sides;
    const double wrong = std::abs(best.along * best.down * floating.along_km * floating.down_km / area - 1.0);
    if (!(best.along >= 1.0) || !(best.down > 1.0) || wrong > most_wrong)
        refuse(floating, magnitude, area, best);
    return {.n_rows = static_cast<std::uint32_t>(best.down) + 1,
            .n_columns = static_cast<std::uint32_t>(best.along) + 1};
}

void append_kite_ruptures(const MeshView& mesh, const KiteFloating& floating, double magnitude,
                          std::vector<SubMesh>& ruptures)
{
    SubMesh part = kite_rupture_size(floating, magnitude);
    if (part.n_rows > mesh.n_rows || part.n_columns > mesh.n_columns)
        return;
    for (std::uint32_t column = 0; column + part.n_columns <= mesh.n_columns; ++column)
        for (std::uint32_t row = 0; row + part.n_rows <= mesh.n_rows; ++row) {
            part.first_row = row;
            part.first_column = column;
            if (is_complete(mesh, part))
                ruptures.push_back(part);
        }
}

} // namespace mtc::psha
