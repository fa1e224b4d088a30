#include "durable/folder.hpp"

#include "durable/seal.hpp"
#include "durable/sums_file.hpp"
#include "mtc/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace mtc::durable {
namespace {

/// A file of sums of which nothing can be said but where it lies.
struct Damaged {
    std::string path;
    std::string why;
};

void add_origin(FoundCheckpoints& found, const Origin& origin)
{
    if (std::ranges::find(found.origins, origin) == found.origins.end())
        found.origins.push_back(origin);
}

/// Seals of processes that were declared dead. One that is damaged seals nothing in: nothing counts then.
class Seals {
public:
    /// \returns the seal of the process that the file belongs to, or null
    const Seal* of(const std::string& file, std::vector<std::string>& warnings)
    {
        const std::string path = seal_path(file).string();
        const auto [place, is_new] = seals_.try_emplace(path);
        if (is_new) {
            try {
                place->second = read_seal(path);
            } catch (const IoError& error) {
                place->second = Seal{};
                warnings.push_back(text(error.what(), ": what its process saved is computed again"));
            }
        }
        return place->second ? &*place->second : nullptr;
    }

private:
    std::map<std::string, std::optional<Seal>> seals_;
};

/// The other file of the pair.
std::string partner(const std::string& path)
{
    std::string other = path;
    other.back() = path.back() == 'a' ? 'b' : 'a';
    return other;
}

} // namespace

std::filesystem::path checkpoint_folder(const std::filesystem::path& output,
                                        const std::filesystem::path& parent)
{
    const std::string name = output.filename().string() + ".ckpt";
    return (parent.empty() ? output.parent_path() : parent) / name;
}

std::filesystem::path rank_folder(const std::filesystem::path& folder, int rank)
{
    const std::filesystem::path path = folder / std::to_string(rank / 100);
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed)
        throw IoError(text(path.string(), ": cannot create the folder (", failed.message(), ")"));
    return path;
}

std::string sums_name(std::uint64_t incarnation, StageId stage, int which)
{
    return fmt::format("{:016x}.{}.{}", incarnation, stage.value(), which == 0 ? 'a' : 'b');
}

std::string journal_name(std::uint64_t incarnation)
{
    return fmt::format("{:016x}.journal", incarnation);
}

std::string tables_name(std::uint64_t incarnation)
{
    return fmt::format("{:016x}.tables", incarnation);
}

std::string spill_name(std::uint64_t incarnation)
{
    return fmt::format("{:016x}.spill", incarnation);
}

std::string aside_name(std::uint64_t incarnation, StageId stage)
{
    return fmt::format("{:016x}.{}.aside", incarnation, stage.value());
}

FoundCheckpoints find_checkpoints(const std::filesystem::path& folder)
{
    FoundCheckpoints found;
    if (!std::filesystem::is_directory(folder))
        return found;
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder})
        if (entry.is_regular_file())
            paths.push_back(entry.path().string());
    std::ranges::sort(paths); // whatever the order in which the file system lists them
    std::vector<Damaged> damaged;
    Seals seals;
    for (const std::string& path : paths) {
        try {
            const bool is_journal = path.ends_with(".journal");
            const bool is_sums = path.ends_with(".a") || path.ends_with(".b");
            const Seal* const seal = is_journal || is_sums ? seals.of(path, found.warnings) : nullptr;
            if (is_journal && seal != nullptr && seal->journal_bytes == 0)
                continue;
            if (is_journal) {
                add_origin(found, read_journal_origin(path));
                found.journals.push_back(path);
            } else if (is_sums) {
                if (std::optional<CheckpointHeader> header = read_sums_header(path)) {
                    if (seal != nullptr && !seal->holds(header->stage, header->id.generation))
                        continue;
                    add_origin(found, header->origin);
                    found.sums.push_back({path, std::move(*header)});
                }
            }
        } catch (const IoError& error) {
            damaged.push_back({path, error.what()});
        }
    }
    for (const Damaged& file : damaged) {
        const bool in_a_pair =
            std::ranges::find(found.sums, partner(file.path), &FoundSums::path) != found.sums.end();
        found.warnings.push_back(text(file.why, in_a_pair ? ": the save before or after it is used instead"
                                                          : ": what it held is computed again"));
    }
    return found;
}

} // namespace mtc::durable
