#include "workloads/psha/model/source_reader.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/model/group_reader.hpp"
#include "workloads/psha/model/source_kinds.hpp"
#include "workloads/psha/model/xml_pieces.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <string_view>
#include <unordered_map>

namespace mtc::psha {
namespace {

/// Elements whose children are read one by one.
constexpr auto containers = std::to_array<std::string_view>({"nrml", "sourceModel", "sourceGroup"});

enum Depth : std::uint32_t { root_depth, model_depth, group_depth, source_depth };

/// Puts a source model together from the elements of its file, in their order.
class Builder {
public:
    Builder(const SourceReadingKeys& keys, Notes& notes)
        : keys_{keys}
        , notes_{notes}
    {}

    void add_root(const XmlNode& node)
    {
        version_ = nrml_version(node);
        root_where_ = node.where();
    }

    /// A child of the root.
    void add_model(const XmlNode& node)
    {
        if (node.name() == "geometryModel")
            node.refuse(
                "<geometryModel> (it holds sections of a multiFaultSource, which is not part of mtc)");
        if (node.name() != "sourceModel")
            node.refuse(text("<", node.name(), "> in <nrml> (<sourceModel> is accepted)"));
        if (has_model_)
            node.refuse("a second <sourceModel> in <nrml> (one is accepted)");
        has_model_ = true;
        model_where_ = node.where();
        check_investigation_time(node);
    }

    /// \param n_sources  that will follow
    void open_group(const XmlNode& node, std::size_t n_sources)
    {
        if (node.name() != "sourceGroup") {
            node.refuse(
                text("<", node.name(), "> in a <sourceModel> of NRML 0.5 (<sourceGroup> is accepted)"));
        }
        close_group();
        SourceGroup group = read_group(node, notes_);
        group_trt_ = group.trt;
        group_ =
            is_independent(group) ? &independent_[group.trt] : &dependent_.emplace_back(std::move(group));
        std::vector<Source>& sources = group_->sources;
        const std::size_t n_wanted = sources.size() + n_sources;
        if (n_wanted > sources.capacity())
            sources.reserve(std::max(n_wanted, 2 * sources.capacity()));
    }

    /// A source of NRML 0.5, in the open group.
    void add_grouped(const XmlNode& node)
    {
        const std::optional<std::string> own = node.find_attribute("tectonicRegion");
        if (own && *own != group_trt_)
            node.refuse(text("tectonicRegion = '", *own, "' in a sourceGroup of '", group_trt_,
                             "' (both must agree)"));
        add(node, group_trt_, *group_);
    }

    /// A source of NRML 0.4, which stands in the model itself, with its own region type.
    void add_ungrouped(const XmlNode& node)
    {
        if (node.name() == "sourceGroup")
            node.refuse("<sourceGroup> in NRML 0.4 (it needs NRML 0.5)");
        const std::string trt = node.attribute("tectonicRegion");
        add(node, trt, independent_[trt]);
    }

    [[nodiscard]] NrmlVersion version() const noexcept { return version_; }

    [[nodiscard]] std::vector<SourceGroup> finish() &&
    {
        close_group();
        if (!has_model_)
            throw InputError(text(root_where_, ": <nrml> has no <sourceModel> (required)"));
        std::vector<SourceGroup> groups;
        for (auto& [trt, group] : independent_) {
            if (group.sources.empty())
                continue;
            group.trt = trt;
            group.where = group.sources.front().where;
            groups.push_back(std::move(group));
        }
        std::erase_if(dependent_, [](const SourceGroup& group) { return group.sources.empty(); });
        std::ranges::move(dependent_, std::back_inserter(groups));
        if (groups.empty())
            throw InputError(
                text(model_where_, ": <sourceModel> holds no source (at least one is accepted)"));
        warn_of_equal_ids(groups);
        return groups;
    }

private:
    void add(const XmlNode& node, const std::string& trt, SourceGroup& group)
    {
        Source source = read_source(node, trt, keys_, notes_);
        if (source.kind == SourceKind::non_parametric && !has_investigation_time_)
            node.refuse(text(node.name(), " '", source.id,
                             "' needs the investigation_time of its "
                             "probabilities, which <sourceModel> (",
                             model_where_, ") does not give. Add investigation_time=\"50\"?"));
        group.sources.push_back(std::move(source));
    }

    void close_group()
    {
        if (group_ != nullptr)
            check_members(*group_, notes_);
        group_ = nullptr;
    }

    void check_investigation_time(const XmlNode& model)
    {
        has_investigation_time_ = model.find_attribute("investigation_time").has_value();
        if (!has_investigation_time_)
            return;
        const double years = model.number_attribute("investigation_time");
        if (keys_.investigation_time && years != *keys_.investigation_time)
            model.refuse(text("investigation_time = ", years, ", while the input has ",
                              *keys_.investigation_time, " (both must agree)"));
    }

    /// Sources of one id in a file are all computed; tables by source then cannot tell them apart.
    void warn_of_equal_ids(const std::vector<SourceGroup>& groups)
    {
        std::unordered_map<std::string_view, const Source*> seen;
        for (const SourceGroup& group : groups)
            for (const Source& source : group.sources) {
                const auto [first, is_new] = seen.emplace(source.id, &source);
                if (!is_new)
                    notes_.warnings.push_back(text(source.where, ": a second source with id '", source.id,
                                                   "', the first is at ", first->second->where,
                                                   " (both are computed)"));
            }
    }

    const SourceReadingKeys& keys_;
    Notes& notes_;
    NrmlVersion version_ = NrmlVersion::v0_5;
    bool has_model_ = false;
    bool has_investigation_time_ = false;
    std::string root_where_;
    std::string model_where_;
    std::string group_trt_;
    SourceGroup* group_ = nullptr;                   ///< the open one
    std::map<std::string, SourceGroup> independent_; ///< by region type
    std::deque<SourceGroup> dependent_;
};

} // namespace

SourceModel read_source_model(const std::filesystem::path& file, const SourceReadingKeys& keys, Notes& notes)
{
    XmlPieces xml{file, containers};
    const std::vector<XmlPiece>& pieces = xml.pieces();
    Builder builder{keys, notes};
    for (auto piece = pieces.begin(); piece != pieces.end(); ++piece) {
        const std::unique_ptr<const XmlDocument> document = xml.parse(*piece);
        const XmlNode node = document->root();
        if (piece->depth == root_depth)
            builder.add_root(node);
        else if (piece->depth == model_depth)
            builder.add_model(node);
        else if (piece->depth == source_depth)
            builder.add_grouped(node);
        else if (builder.version() == NrmlVersion::v0_4)
            builder.add_ungrouped(node);
        else
            builder.open_group(node, static_cast<std::size_t>(std::find_if(piece + 1, pieces.end(),
                                                                           [](const XmlPiece& next) {
                                                                               return next.depth !=
                                                                                      source_depth;
                                                                           }) -
                                                              (piece + 1)));
    }
    return {.file = file, .groups = std::move(builder).finish()};
}

} // namespace mtc::psha
