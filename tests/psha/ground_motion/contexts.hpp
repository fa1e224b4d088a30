#pragma once

#include "mtc/flat.hpp"
#include "simd/dispatch.hpp"
#include "workloads/psha/ground_motion/model.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::test {

/// A table of texts with named columns.
struct CsvTable {
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;

    [[nodiscard]] std::size_t column(std::string_view name) const
    {
        const auto found = std::ranges::find(header, name);
        if (found == header.end())
            throw std::runtime_error("no column " + std::string(name));
        return static_cast<std::size_t>(found - header.begin());
    }
};

inline std::vector<std::string> split_line(const std::string& line)
{
    std::vector<std::string> fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, ',');)
        fields.push_back(field);
    if (line.ends_with(','))
        fields.emplace_back(); // an empty last field
    return fields;
}

inline CsvTable read_csv(const std::filesystem::path& file)
{
    std::ifstream in(file);
    if (!in)
        throw std::runtime_error("cannot read " + file.string());
    CsvTable table;
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r'))
            line.pop_back();
        std::vector<std::string> fields = split_line(line);
        if (table.header.empty()) {
            table.header = std::move(fields);
            continue;
        }
        if (fields.size() != table.header.size())
            throw std::runtime_error("ragged line in " + file.string() + ": " + line);
        table.rows.push_back(std::move(fields));
    }
    return table;
}

/// Contexts from the columns of a table, in its order, the whole table given several times over. A parameter
/// without a column is not a number, so that a model that needs it cannot pass.
class TableContexts {
public:
    /// \param prefixed  columns are called rup_mag, dist_rjb, site_vs30 rather than mag, rjb, vs30
    TableContexts(const CsvTable& table, bool prefixed, std::size_t n_copies = 1)
    {
        batch_.n = table.rows.size() * n_copies;
        batch_.n_padded = simd::padded(batch_.n);
        const auto fill = [&](const std::string& prefix, const std::string& name) -> const double* {
            AlignedVector<double>& values = arrays_[name];
            values.assign(batch_.n_padded, std::numeric_limits<double>::quiet_NaN());
            const auto found = std::ranges::find(table.header, (prefixed ? prefix : "") + name);
            if (found == table.header.end())
                return values.data();
            const auto column = static_cast<std::size_t>(found - table.header.begin());
            for (std::size_t i = 0; i < batch_.n_padded; ++i)
                values[i] = std::stod(table.rows[i % table.rows.size()][column]);
            return values.data();
        };
        batch_.mag = fill("rup_", "mag");
        batch_.rake = fill("rup_", "rake");
        batch_.dip = fill("rup_", "dip");
        batch_.ztor = fill("rup_", "ztor");
        batch_.width = fill("rup_", "width");
        batch_.hypo_depth = fill("rup_", "hypo_depth");
        batch_.rrup = fill("dist_", "rrup");
        batch_.rjb = fill("dist_", "rjb");
        batch_.rx = fill("dist_", "rx");
        batch_.ry0 = fill("dist_", "ry0");
        batch_.repi = fill("dist_", "repi");
        batch_.rhypo = fill("dist_", "rhypo");
        batch_.vs30 = fill("site_", "vs30");
        batch_.vs30measured = fill("site_", "vs30measured");
        batch_.z1pt0 = fill("site_", "z1pt0");
        batch_.z2pt5 = fill("site_", "z2pt5");
        batch_.backarc = fill("site_", "backarc");
    }

    [[nodiscard]] const psha::ContextBatch& batch() const noexcept { return batch_; }

private:
    std::map<std::string, AlignedVector<double>> arrays_;
    psha::ContextBatch batch_;
};

/// Results of a model for contexts. [n_imt][n_padded]
struct ModelResults {
    AlignedVector<double> mean, sigma, tau, phi;

    ModelResults(InstructionSet set, const psha::GroundMotionModel& model, const psha::ContextBatch& batch,
                 std::size_t n_imt)
        : mean(n_imt * batch.n_padded)
        , sigma(mean.size())
        , tau(mean.size())
        , phi(mean.size())
    {
        psha::ModelScratch scratch;
        model.evaluate(set, batch, scratch, mean.data(), sigma.data());
        model.deviations(set, batch, scratch, tau.data(), phi.data());
    }
};

/// The instruction sets of this machine.
inline std::vector<InstructionSet> instruction_sets()
{
    std::vector<InstructionSet> sets;
    for (auto set = 0U; set <= static_cast<unsigned>(simd::detected()); ++set)
        sets.push_back(InstructionSet{set});
    return sets;
}

} // namespace mtc::test
