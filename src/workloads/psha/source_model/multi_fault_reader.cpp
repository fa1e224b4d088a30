#include "workloads/psha/source_model/source_kinds.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/model/index.hpp"
#include "workloads/psha/source_model/rupture_file.hpp"

#include <cmath>
#include <span>
#include <unordered_map>

/// \file
/// Sources whose ruptures break sections of many faults, in their own element or in an HDF5 file beside it.
namespace mtc::psha {
namespace {

/// Ids of sections that a source names, numbered as they come.
class SectionNames {
public:
    explicit SectionNames(std::vector<std::string>& ids)
        : ids_{ids}
    {}

    /// \param list  parted by commas or blanks
    std::vector<std::uint32_t> rows_of(std::string_view list)
    {
        constexpr std::string_view between = ", \t\r\n";
        std::vector<std::uint32_t> rows;
        for (std::size_t at = list.find_first_not_of(between); at != std::string_view::npos;) {
            const std::size_t end = std::min(list.find_first_of(between, at), list.size());
            rows.push_back(row_of(std::string{list.substr(at, end - at)}));
            at = list.find_first_not_of(between, end);
        }
        return rows;
    }

private:
    std::uint32_t row_of(std::string id)
    {
        const auto [at, is_new] = rows_.emplace(std::move(id), to_index(ids_.size()));
        if (is_new)
            ids_.push_back(at->first);
        return at->second;
    }

    std::vector<std::string>& ids_;
    std::unordered_map<std::string, std::uint32_t> rows_;
};

/// As OpenQuake, to two decimals.
double rounded(double magnitude)
{
    return std::round(magnitude * 100.0) / 100.0;
}

void check_rupture(const XmlNode& node, const MultiFaultRupture& rupture, std::size_t n_probabilities)
{
    check_range(node, "magnitude", rupture.magnitude, 0.0, 11.0);
    check_range(node, "rake", rupture.rake, -180.0, 180.0);
    double sum = 0.0;
    for (const double probability : rupture.probabilities) {
        check_range(node, "probs_occur", probability, 0.0, 1.0);
        sum += probability;
    }
    check_sum(node, "probabilities of probs_occur", sum, probability_tolerance);
    if (rupture.probabilities.size() != n_probabilities)
        node.refuse(text("probs_occur holds ", rupture.probabilities.size(), " probabilities (accepted: ",
                         n_probabilities, ", as the first rupture of the source)"));
    if (rupture.sections.empty())
        node.refuse("a rupture without sections (at least one is accepted)");
}

MultiFaultRupture read_rupture(const XmlNode& node, SectionNames& names)
{
    return {.magnitude = rounded(node.child("magnitude").number()),
            .rake = read_rake(node),
            .sections = names.rows_of(node.child("sectionIndexes").attribute("indexes")),
            .probabilities = node.numbers_attribute("probs_occur")};
}

std::vector<MultiFaultRupture> read_elements(const XmlNode& node, SectionNames& names)
{
    std::vector<MultiFaultRupture> ruptures;
    for (const XmlNode& child : node.children()) {
        if (child.name() == "faults") // names of faults for their sections: nothing is computed from them
            continue;
        if (child.name() != "multiPlanesRupture")
            child.refuse(
                text("<", child.name(), "> in <", node.name(), "> (multiPlanesRupture is accepted)"));
        ruptures.push_back(read_rupture(child, names));
        check_rupture(child, ruptures.back(), ruptures.front().probabilities.size());
    }
    return ruptures;
}

/// The file of the same name beside the source model, in HDF5.
std::vector<MultiFaultRupture> read_file(const XmlNode& node, SectionNames& names)
{
    const FilePlace place = node.place();
    const std::filesystem::path file = std::filesystem::path{*place.file}.replace_extension(".hdf5");
    if (!std::filesystem::is_regular_file(file))
        node.refuse(text("<", node.name(), "> holds no rupture, and there is no file ", file.string(),
                         " (ruptures are accepted as <multiPlanesRupture> or in that file)"));
    const RuptureArrays arrays = read_rupture_file(file, node.attribute("id"));
    std::vector<MultiFaultRupture> ruptures;
    for (std::size_t i = 0; i < arrays.magnitudes.size(); ++i) {
        const auto probabilities =
            std::span{arrays.probabilities}.subspan(i * arrays.n_probabilities, arrays.n_probabilities);
        ruptures.push_back({.magnitude = rounded(arrays.magnitudes[i]),
                            .rake = arrays.rakes[i],
                            .sections = names.rows_of(arrays.section_lists[i]),
                            .probabilities = {probabilities.begin(), probabilities.end()}});
        try {
            check_rupture(node, ruptures.back(), arrays.n_probabilities);
        } catch (const InputError& error) {
            throw InputError(
                text(file.string(), ", row ", i, " of the ruptures (counted from 0) of ", error.what()));
        }
    }
    return ruptures;
}

} // namespace

Source read_multi_fault_source(const XmlNode& node, const SourceReadingKeys& /*keys*/, Notes& /*notes*/)
{
    MultiFaultGeometry geometry;
    if (const std::optional<std::string> file = node.find_attribute("faultSectionFname"))
        geometry.sections_file =
            (std::filesystem::path{*node.place().file}.parent_path() / *file).lexically_normal();
    SectionNames names{geometry.ids};
    geometry.ruptures = read_elements(node, names);
    if (geometry.ruptures.empty())
        geometry.ruptures = read_file(node, names);
    if (geometry.ruptures.empty())
        node.refuse(text("<", node.name(), "> holds no rupture (at least one is accepted)"));
    Source source;
    source.geometry = std::move(geometry);
    return source;
}

} // namespace mtc::psha
