#include "workloads/psha/source_model/source_reader.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/model/threads.hpp"
#include "workloads/psha/nrml/xml_pieces.hpp"
#include "workloads/psha/source_model/group_reader.hpp"
#include "workloads/psha/source_model/sections.hpp"
#include "workloads/psha/source_model/source_kinds.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <span>
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
        if (node.name() == "geometryModel") {
            if (has_model_ || !sections_.empty())
                node.refuse("<geometryModel> beside another model in <nrml> (one is accepted)");
            sections_ = read_sections(node);
            return;
        }
        if (node.name() != "sourceModel")
            node.refuse(
                text("<", node.name(), "> in <nrml> (<sourceModel> and <geometryModel> are accepted)"));
        if (has_model_ || !sections_.empty())
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

    /// Reads a source of the open group, or of NRML 0.4. Several threads may read at once.
    [[nodiscard]] Source read(const XmlNode& node, Notes& notes) const
    {
        const std::string trt = version_ == NrmlVersion::v0_4 ? own_region(node) : checked_region(node);
        Source source = read_source(node, trt, keys_, notes);
        if (source.kind == SourceKind::non_parametric && !has_investigation_time_)
            node.refuse(text(node.name(), " '", source.id,
                             "' needs the investigation_time of its "
                             "probabilities, which <sourceModel> (",
                             model_where_, ") does not give. Add investigation_time=\"50\"?"));
        return source;
    }

    void add(Source source)
    {
        SourceGroup& group = version_ == NrmlVersion::v0_4 ? independent_[source.trt] : *group_;
        group.sources.push_back(std::move(source));
    }

    [[nodiscard]] NrmlVersion version() const noexcept { return version_; }

    [[nodiscard]] SourceModel finish(const std::filesystem::path& file) &&
    {
        SourceModel model{.file = file};
        if (!sections_.empty())
            model.sections = std::move(sections_);
        else
            model.groups = finished_groups();
        return model;
    }

private:
    std::vector<SourceGroup> finished_groups()
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

    /// Of a source of NRML 0.5, which may repeat its group's.
    [[nodiscard]] const std::string& checked_region(const XmlNode& node) const
    {
        const std::optional<std::string_view> own = node.attribute_view("tectonicRegion");
        if (own && *own != group_trt_)
            node.refuse(text("tectonicRegion = '", *own, "' in a sourceGroup of '", group_trt_,
                             "' (both must agree)"));
        return group_trt_;
    }

    /// Of a source of NRML 0.4, which stands in the model itself.
    [[nodiscard]] static std::string own_region(const XmlNode& node)
    {
        if (node.name() == "sourceGroup")
            node.refuse("<sourceGroup> in NRML 0.4 (it needs NRML 0.5)");
        return node.attribute("tectonicRegion");
    }

    void close_group()
    {
        if (group_ != nullptr)
            check_members(*group_, notes_);
        group_ = nullptr;
    }

    void check_investigation_time(const XmlNode& model)
    {
        has_investigation_time_ = model.has_attribute("investigation_time");
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
        std::size_t n_sources = 0;
        for (const SourceGroup& group : groups)
            n_sources += group.sources.size();
        seen.reserve(n_sources);
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
    std::vector<Section> sections_; ///< of a <geometryModel>
};

/// Sources that follow each other in a file, read by one thread.
struct Batch {
    std::span<const XmlPiece> pieces{};
    std::vector<Source> sources{};
    Notes notes{};
};

/// The first pieces of a run, about a megabyte of them.
std::span<const XmlPiece> first_of(std::span<const XmlPiece> run)
{
    constexpr std::size_t batch_bytes = std::size_t{1} << 20U;
    const auto end = std::ranges::find_if(
        run, [&](const XmlPiece& piece) { return piece.end - run.front().begin > batch_bytes; });
    return run.first(std::max<std::size_t>(1, static_cast<std::size_t>(end - run.begin())));
}

/// Reads a run of sources on all cores, a batch each at a time, and adds them in the order of the file.
void read_sources(XmlPieces& xml, std::span<const XmlPiece> run, Builder& builder, Notes& notes)
{
    const std::size_t n_threads = usable_cores();
    while (!run.empty()) {
        xml.release_before(run.front());
        std::vector<Batch> batches;
        while (batches.size() < n_threads && !run.empty()) {
            batches.push_back({.pieces = first_of(run)});
            run = run.subspan(batches.back().pieces.size());
        }
        on_threads(batches.size(), [&](std::size_t i) {
            Batch& batch = batches[i];
            batch.sources.reserve(batch.pieces.size());
            for (const XmlPiece& piece : batch.pieces)
                batch.sources.push_back(builder.read(xml.parse(piece)->root(), batch.notes));
        });
        for (Batch& batch : batches) {
            for (Source& source : batch.sources)
                builder.add(std::move(source));
            std::ranges::move(batch.notes.warnings, std::back_inserter(notes.warnings));
            std::ranges::move(batch.notes.remarks, std::back_inserter(notes.remarks));
        }
    }
}

} // namespace

SourceModel read_source_model(const std::filesystem::path& file, const SourceReadingKeys& keys, Notes& notes)
{
    XmlPieces xml{file, containers};
    Builder builder{keys, notes};
    for (std::span<const XmlPiece> left{xml.pieces()}; !left.empty();) {
        const std::uint32_t depth = left.front().depth;
        const bool holds_sources =
            depth == source_depth || (depth == group_depth && builder.version() == NrmlVersion::v0_4);
        const auto run_end = [&](std::span<const XmlPiece> run, std::uint32_t wanted) {
            return static_cast<std::size_t>(
                std::ranges::find_if(run, [&](const XmlPiece& next) { return next.depth != wanted; }) -
                run.begin());
        };
        if (holds_sources) {
            const std::size_t n_sources = run_end(left, depth);
            read_sources(xml, left.first(n_sources), builder, notes);
            left = left.subspan(n_sources);
            continue;
        }
        const std::unique_ptr<const XmlDocument> document = xml.parse(left.front());
        left = left.subspan(1);
        if (depth == root_depth)
            builder.add_root(document->root());
        else if (depth == model_depth)
            builder.add_model(document->root());
        else
            builder.open_group(document->root(), run_end(left, source_depth));
    }
    return std::move(builder).finish(file);
}

} // namespace mtc::psha
