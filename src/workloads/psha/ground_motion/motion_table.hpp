#pragma once

#include "workloads/psha/ground_motion/model.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Ground motion given as a table instead of a formula: OpenQuake's GMPETable, used by the models of Canada.
namespace mtc::psha {

/// Intensity measures of a table: PGA and PGV where it has them, then SA at its periods.
struct MotionTableShape {
    std::uint32_t n_magnitudes = 0;
    std::uint32_t n_distances = 0;
    std::uint32_t n_periods = 0; ///< of SA
    std::uint32_t has_pga = 0;   ///< 1 or 0
    std::uint32_t has_pgv = 0;
    std::uint32_t distance = 0;     ///< the DistanceMeasure that it is a table of
    std::uint64_t first_number = 0; ///< among the numbers of all tables

    [[nodiscard]] std::size_t n_rows() const noexcept { return std::size_t{has_pga} + has_pgv + n_periods; }
    [[nodiscard]] std::size_t n_numbers() const noexcept
    {
        const std::size_t n_nodes = std::size_t{n_magnitudes} * n_distances;
        return n_magnitudes + n_nodes + n_periods + 2 * n_rows() * n_nodes;
    }
};

/// A table in place.
struct MotionTableView {
    MotionTableView(const MotionTableShape& of, std::span<const double> numbers);

    MotionTableShape shape;
    std::span<const double> magnitudes; ///< [n_magnitudes] ascending
    std::span<const double> distances;  ///< [n_magnitudes][n_distances] ascending at each magnitude [km]
    std::span<const double> periods;    ///< [n_periods] ascending [s]
    std::span<const double> ln_motion;  ///< [n_rows][n_magnitudes][n_distances] of the median [g, cm/s]
    std::span<const double> ln_sigma;   ///< likewise, of the total standard deviation of ln
};

struct MotionTable {
    MotionTableShape shape;
    std::vector<double> numbers; ///< what a MotionTableView shows, one after the other
};

/// Tables by the name that a ground-motion model gives: its parameter gmpe_table, as written.
class MotionTables {
public:
    virtual ~MotionTables() = default;
    /// \throws InputError  there is no such table
    [[nodiscard]] virtual MotionTableView table(std::string_view name) const = 0;
};

/// There are none: each is refused.
class NoMotionTables final : public MotionTables {
public:
    [[nodiscard]] MotionTableView table(std::string_view name) const override;
};

/// Tables read from files when they are first asked for, named relative to a folder. Rank 0 only.
class MotionTableFiles final : public MotionTables {
public:
    /// Reads a table. \throws InputError  naming file and object
    using Read = MotionTable (*)(const std::filesystem::path& file);
    /// How files are read: set once, by the program, because this room knows nothing of HDF5.
    static void read_with(Read read) noexcept;

    explicit MotionTableFiles(std::filesystem::path folder);
    [[nodiscard]] MotionTableView table(std::string_view name) const override;

    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
    [[nodiscard]] const std::vector<MotionTable>& tables() const noexcept { return tables_; }

private:
    std::filesystem::path folder_;
    mutable std::vector<std::string> names_;
    mutable std::vector<MotionTable> tables_;
};

inline constexpr std::string_view table_model_name = "GMPETable";

/// A model that interpolates in a table: of a rupture's magnitude, rounded to two decimals, in ln of the
/// motion and of sigma, linearly in magnitude; between distances linearly in motion and sigma themselves;
/// between periods linearly in ln of motion and sigma over ln of the period. Below the least distance it is
/// the motion there; beyond the largest none (1e-20), as in OpenQuake. The distances are those of the
/// magnitude below the rupture's; of the last where there is none below. The larger magnitudes have the
/// motion of the table's largest.
///
/// \throws InputError    an intensity measure that the table does not hold
/// \throws ComputeError  by its evaluate(): a magnitude below the table's least
/// \par Source  OpenQuake Engine 3.25, description of GMPETable; compared with the model by nodes and rules
[[nodiscard]] std::unique_ptr<GroundMotionModel>
make_table_model(std::string_view name, const MotionTableView& table, std::span<const Imt> imts);

/// make_model() with tables for what names one.
[[nodiscard]] std::unique_ptr<GroundMotionModel> make_model(std::string_view spec, std::span<const Imt> imts,
                                                            const MotionTables& tables);

} // namespace mtc::psha
