#include "workloads/psha/disagg/disagg_model.hpp"
#include "workloads/psha/job/read.hpp"

namespace mtc::psha {
namespace {

const std::vector<Option> own_options{
    {.name = "poes_disagg",
     .type = ValueType::numbers,
     .sentence = "Probabilities of exceedance whose levels on the mean curve are taken apart; or poes."},
    {.name = "iml_disagg",
     .type = ValueType::literal,
     .unit = "[g], PGV [cm/s]",
     .sentence = "Levels to take apart by intensity measure, {'PGA': 0.2}, instead of poes_disagg and "
                 "intensity_measure_types_and_levels."},
    {.name = "disagg_outputs",
     .sentence = "Kinds of output, parted by blanks or commas: Mag, Dist, Mag_Dist, Mag_Dist_Eps, Lon_Lat, "
                 "Mag_Lon_Lat, TRT, TRT_Mag, TRT_Lon_Lat, TRT_Mag_Dist, TRT_Mag_Dist_Eps; without it all."},
    {.name = "mag_bin_width",
     .type = ValueType::number,
     .sentence = "Width of the bins of magnitude.",
     .min = 0.0,
     .exclusive_min = true},
    {.name = "distance_bin_width",
     .type = ValueType::number,
     .unit = "[km]",
     .sentence = "Width of the bins of rupture distance.",
     .min = 0.0,
     .exclusive_min = true},
    {.name = "coordinate_bin_width",
     .type = ValueType::number,
     .unit = "[deg]",
     .sentence = "Width of the bins of longitude and latitude; they come out up to twice as wide, as in "
                 "OpenQuake.",
     .min = 0.0,
     .exclusive_min = true},
    {.name = "num_epsilon_bins",
     .type = ValueType::integer,
     .sentence = "Number of equal bands of epsilon within the truncation level.",
     .min = 1.0,
     .max = 1e6},
    {.name = "disagg_bin_edges",
     .type = ValueType::literal,
     .sentence =
         "Edges of bins by axis, {'mag': [5, 6, 7], 'dist': [0, 20, 50]}, instead of widths; also eps, "
         "and for one site lon and lat."},
    {.name = "rlz_index",
     .type = ValueType::numbers,
     .sentence = "Realizations to take apart, at every site, counted from 0.",
     .min = 0.0,
     .former_name = "rlzs_index"},
    {.name = "num_rlzs_disagg",
     .type = ValueType::integer,
     .sentence =
         "Number of realizations to take apart, those nearest to the mean curve of a site; without it, "
         "or with 0, all.",
     .min = 0.0},
    {.name = "epsilon_star",
     .type = ValueType::flag,
     .default_value = "false",
     .sentence = "All of an exceedance goes to the band of epsilon in which the level lies."},
};

} // namespace

const std::vector<Option>& disagg_options()
{
    static const std::vector<Option> all = [] {
        std::vector<Option> joined = hazard_options();
        for (Option& option : joined)
            if (option.name == "intensity_measure_types_and_levels")
                option.required = false; // iml_disagg may stand for it
        joined.insert(joined.end(), own_options.begin(), own_options.end());
        return joined;
    }();
    return all;
}

} // namespace mtc::psha
