#include "workloads/psha/source/kite_mesh.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/geo/projection.hpp"
#include "workloads/psha/source/kite_rows.hpp"
#include "workloads/psha/source/simple_fault.hpp"
#include "workloads/psha/source/stepping.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace mtc::psha {
namespace {

using Line = std::vector<geo::Point>;
using Profiles = std::vector<Line>;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr geo::Point missing{not_a_number, not_a_number, not_a_number};

std::vector<geo::LonLat> places_of(std::span<const geo::Point> points)
{
    std::vector<geo::LonLat> places;
    for (const geo::Point& point : points)
        places.push_back({point.lon, point.lat});
    return geo::unwrapped(places);
}

/// A line in the plane of its own bounding box.
class FlatLine {
public:
    explicit FlatLine(std::span<const geo::Point> line)
        : places_{places_of(line)}
        , projection_{geo::bounding_box(places_)}
    {
        for (std::size_t i = 0; i < line.size(); ++i) {
            const geo::PlanePoint at = projection_.forward(places_[i]);
            points_.push_back({at.x, at.y, line[i].depth});
        }
    }
    [[nodiscard]] const std::vector<DeepPoint>& points() const { return points_; }
    /// Steps of the line back on the sphere, the first one as it was.
    [[nodiscard]] Line back(std::span<const DeepPoint> steps, const geo::Point& first) const
    {
        Line line{first};
        for (const DeepPoint& step : steps.subspan(1)) {
            const geo::LonLat place = projection_.inverse({step.x, step.y});
            line.push_back({geo::normalised_lon(place.lon), place.lat, step.depth});
        }
        return line;
    }

private:
    std::vector<geo::LonLat> places_;
    geo::OrthographicProjection projection_;
    std::vector<DeepPoint> points_;
};

Line resampled_profile(const Line& profile, double step_km)
{
    const FlatLine flat{profile};
    return flat.back(nearest_steps(flat.points(), step_km), profile.front());
}

/// An edge from the reference on, in whole steps.
Line resampled_edge(const Line& edge, double step_km)
{
    const FlatLine flat{edge};
    Line points = flat.back(whole_steps(flat.points(), step_km), edge.front());
    if (points.size() == 1)
        points.push_back(edge.back());
    return points;
}

double length_km(const Line& line)
{
    double length = 0.0;
    for (std::size_t i = 1; i < line.size(); ++i)
        length += std::hypot(geo::distance_km({line[i - 1].lon, line[i - 1].lat}, {line[i].lon, line[i].lat}),
                             line[i].depth - line[i - 1].depth);
    return length;
}

std::size_t reference_of(const Profiles& profiles, double step_km)
{
    std::vector<double> lengths;
    for (const Line& profile : profiles)
        lengths.push_back(length_km(profile));
    const auto [shortest, longest] = std::ranges::minmax(lengths);
    if (longest - shortest <= 0.1 * step_km)
        return 0;
    return static_cast<std::size_t>(std::ranges::max_element(lengths) - lengths.begin());
}

/// Nodes in columns, some missing. All columns are equally long.
class Columns {
public:
    [[nodiscard]] std::size_t n_columns() const { return columns_.size(); }
    [[nodiscard]] std::size_t n_rows() const { return columns_.empty() ? 0 : columns_.front().size(); }
    [[nodiscard]] geo::Point& at(std::size_t row, std::size_t column) { return columns_[column][row]; }
    [[nodiscard]] const geo::Point& at(std::size_t row, std::size_t column) const
    {
        return columns_[column][row];
    }
    void put(std::size_t row, std::size_t column, const geo::Point& node)
    {
        resize(std::max(row + 1, n_rows()), std::max(column + 1, n_columns()));
        at(row, column) = node;
    }
    void resize(std::size_t n_rows, std::size_t n_columns)
    {
        columns_.resize(n_columns);
        for (Line& column : columns_)
            column.resize(n_rows, missing);
    }
    [[nodiscard]] std::vector<Line>& lines() { return columns_; }

private:
    std::vector<Line> columns_;
};

/// Where a column lies, seen from above: the straight line that fits its nodes best, y over x.
struct ColumnLine {
    bool is_northward = false; ///< x is constant
    double x = 0.0;            ///< [km]
    double slope = 0.0;
    double intercept = 0.0; ///< [km]

    /// Which share of the way from one point to the other the line is crossed at.
    [[nodiscard]] std::optional<double> crossing(geo::PlanePoint from, geo::PlanePoint to) const
    {
        const auto side = [&](geo::PlanePoint p) {
            return is_northward ? p.x - x : p.y - slope * p.x - intercept;
        };
        const double before = side(from);
        const double after = side(to);
        if (!(before * after < 0.0))
            return std::nullopt;
        return before / (before - after);
    }
};

ColumnLine line_of(const Columns& columns, std::size_t column, const geo::OrthographicProjection& plane)
{
    constexpr double same_x_km = 1e-5;
    std::vector<geo::PlanePoint> points;
    for (std::size_t row = 0; row < columns.n_rows(); ++row)
        if (const geo::Point& node = columns.at(row, column); is_there(node))
            points.push_back(plane.forward({node.lon, node.lat}));
    double mean_x = 0.0;
    double mean_y = 0.0;
    for (const geo::PlanePoint p : points) {
        mean_x += p.x / static_cast<double>(points.size());
        mean_y += p.y / static_cast<double>(points.size());
    }
    double xx = 0.0;
    double xy = 0.0;
    bool is_northward = true;
    for (const geo::PlanePoint p : points) {
        xx += (p.x - mean_x) * (p.x - mean_x);
        xy += (p.x - mean_x) * (p.y - mean_y);
        is_northward = is_northward && std::abs(p.x - points.front().x) < same_x_km;
    }
    if (is_northward)
        return {.is_northward = true, .x = points.front().x};
    return {.slope = xy / xx, .intercept = mean_y - xy / xx * mean_x};
}

/// Lays one half of the mesh. \param profiles  the reference and what follows it on one side
class Half {
public:
    Half(std::span<const Line> profiles, double step_km)
        : profiles_{profiles}
        , step_km_{step_km}
    {}

    /// \returns column by column from the reference on
    Columns laid()
    {
        const auto longest = std::ranges::max(profiles_, {}, [](const Line& line) { return line.size(); });
        for (std::size_t edge = 0; edge < longest.size(); ++edge)
            find_runs(edge);
        for (const Run& run : runs_)
            if (run.first == 0)
                lay_from_reference(run);
        fit_columns();
        for (const Run& run : runs_)
            if (run.first != 0)
                lay_across(run);
        return std::move(columns_);
    }

private:
    /// Profiles one after another that have a point on an edge.
    struct Run {
        std::size_t edge = 0;
        std::size_t first = 0;
        std::size_t end = 0;
    };

    void find_runs(std::size_t edge)
    {
        for (std::size_t i = 0; i < profiles_.size();) {
            Run run{.edge = edge, .first = i, .end = i};
            while (run.end < profiles_.size() && profiles_[run.end].size() > edge)
                ++run.end;
            if (run.end - run.first >= 2)
                runs_.push_back(run);
            i = run.end + 1;
        }
    }

    [[nodiscard]] Line points_of(const Run& run) const
    {
        Line line;
        for (std::size_t i = run.first; i < run.end; ++i)
            line.push_back(profiles_[i][run.edge]);
        return line;
    }

    void lay_from_reference(const Run& run)
    {
        const Line nodes = resampled_edge(points_of(run), step_km_);
        for (std::size_t column = 0; column < nodes.size(); ++column)
            columns_.put(run.edge, column, nodes[column]);
    }

    void fit_columns()
    {
        std::vector<geo::Point> all;
        for (const Line& profile : profiles_)
            all.insert(all.end(), profile.begin(), profile.end());
        plane_.emplace(geo::bounding_box(places_of(all)));
        for (std::size_t column = 0; column < columns_.n_columns(); ++column)
            column_lines_.push_back(line_of(columns_, column, *plane_));
    }

    void lay_across(const Run& run)
    {
        const Line points = points_of(run);
        for (std::size_t i = 0; i + 1 < points.size(); ++i) {
            const geo::PlanePoint from = plane_->forward({points[i].lon, points[i].lat});
            const geo::PlanePoint to = plane_->forward({points[i + 1].lon, points[i + 1].lat});
            for (std::size_t column = 0; column < column_lines_.size(); ++column) {
                const std::optional<double> part = column_lines_[column].crossing(from, to);
                if (!part)
                    continue;
                const geo::LonLat place =
                    plane_->inverse({from.x + *part * (to.x - from.x), from.y + *part * (to.y - from.y)});
                columns_.put(run.edge, column,
                             {geo::normalised_lon(place.lon), place.lat,
                              points[i].depth + *part * (points[i + 1].depth - points[i].depth)});
            }
        }
    }

    std::span<const Line> profiles_;
    double step_km_;
    std::vector<Run> runs_;
    Columns columns_;
    std::optional<geo::OrthographicProjection> plane_;
    std::vector<ColumnLine> column_lines_;
};

/// Both halves as one, from the last profile to the first.
Columns joined(const Profiles& profiles, std::size_t reference, double step_km)
{
    Columns mesh;
    if (reference + 1 < profiles.size())
        mesh = Half{std::span{profiles}.subspan(reference), step_km}.laid();
    if (reference == 0) {
        std::ranges::reverse(mesh.lines());
        return mesh;
    }
    Profiles backwards{profiles.begin(), profiles.begin() + static_cast<std::ptrdiff_t>(reference) + 1};
    std::ranges::reverse(backwards);
    Columns behind = Half{backwards, step_km}.laid();
    if (mesh.n_columns() == 0)
        return behind;
    const std::size_t n_rows = std::max(mesh.n_rows(), behind.n_rows());
    mesh.resize(n_rows, mesh.n_columns());
    behind.resize(n_rows, behind.n_columns());
    std::ranges::reverse(mesh.lines());
    mesh.lines().insert(mesh.lines().end(), behind.lines().begin() + 1, behind.lines().end());
    return mesh;
}

/// One node after another, row by row: what goes leaves its neighbours alone.
void drop_lonely_nodes(Columns& mesh)
{
    const std::size_t n_rows = mesh.n_rows();
    const std::size_t n_columns = mesh.n_columns();
    for (std::size_t row = 0; row < n_rows; ++row)
        for (std::size_t column = 0; column < n_columns; ++column) {
            const bool in_row = (column > 0 && is_there(mesh.at(row, column - 1))) ||
                                (column + 1 < n_columns && is_there(mesh.at(row, column + 1)));
            const bool in_column = (row > 0 && is_there(mesh.at(row - 1, column))) ||
                                   (row + 1 < n_rows && is_there(mesh.at(row + 1, column)));
            if (!in_row || !in_column)
                mesh.at(row, column) = missing;
        }
}

/// Rows of nodes, those without any left out.
std::vector<Line> rows_of(const Columns& mesh)
{
    std::vector<Line> rows;
    for (std::size_t r = 0; r < mesh.n_rows(); ++r) {
        Line row;
        for (std::size_t c = 0; c < mesh.n_columns(); ++c)
            row.push_back(mesh.at(r, c));
        if (std::ranges::any_of(row, is_there))
            rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

Mesh kite_mesh(std::span<const std::vector<geo::Point>> profiles, double profile_step_km, double edge_step_km)
{
    Profiles resampled;
    for (const Line& profile : profiles)
        resampled.push_back(resampled_profile(profile, profile_step_km));
    Columns columns = joined(resampled, reference_of(resampled, profile_step_km), edge_step_km);
    drop_lonely_nodes(columns);
    std::vector<Line> rows = rows_of(columns);
    sort_by_depth(rows);
    drop_empty_columns(rows);
    if (rows.size() < 2 || rows.front().size() < 2)
        throw InputError(text("the mesh of the kite surface has ", rows.size(), " rows of ",
                              rows.empty() ? 0 : rows.front().size(),
                              " nodes (at least 2 of 2, with steps of ", profile_step_km,
                              " km down the profiles and ", edge_step_km,
                              " km along strike). Lower rupture_mesh_spacing?"));
    const bool turned = is_to_be_turned(rows);
    const std::size_t n_columns = rows.front().size();
    std::vector<geo::Point> nodes;
    for (Line& row : rows) {
        if (turned)
            std::ranges::reverse(row);
        nodes.insert(nodes.end(), row.begin(), row.end());
    }
    return {rows.size(), n_columns, CellsAveraged::kite, std::move(nodes)};
}

std::vector<std::vector<geo::Point>> profiles_of_simple_fault(std::span<const geo::LonLat> trace, double dip,
                                                              SeismogenicDepths seismogenic,
                                                              double edge_step_km)
{
    constexpr double longer = 1.01;
    constexpr double steepest = 89.9;
    const bool is_vertical = std::abs(dip - 90.0) < 1e-5;
    const Mesh mesh =
        simple_fault_mesh(trace, is_vertical ? steepest : dip, seismogenic, edge_step_km * longer);
    const MeshView view = mesh.view();
    Profiles profiles(view.n_columns);
    for (std::size_t c = 0; c < view.n_columns; ++c)
        for (std::size_t r = 0; r < view.n_rows; ++r)
            profiles[c].push_back(view.point(r, c));
    return profiles;
}

Mesh in_single_precision(const MeshView& mesh)
{
    const auto rounded = [](double value) { return static_cast<double>(static_cast<float>(value)); };
    std::vector<geo::Point> nodes;
    for (const geo::Point& node : mesh.points)
        nodes.push_back({rounded(node.lon), rounded(node.lat), rounded(node.depth)});
    return {mesh.n_rows, mesh.n_columns, mesh.averaged, std::move(nodes)};
}

} // namespace mtc::psha
