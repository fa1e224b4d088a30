#pragma once

#include "workloads/psha/geo/geodesy.hpp"

#include <Eigen/Core>

namespace mtc::psha {

/// The arithmetic of places is Eigen's, their storage is not.
using Vector = Eigen::Vector3d;

[[nodiscard]] inline Vector vector(const geo::Vector3& v)
{
    return {v[0], v[1], v[2]};
}

[[nodiscard]] inline geo::Vector3 plain(const Vector& v)
{
    return {v.x(), v.y(), v.z()};
}

} // namespace mtc::psha
