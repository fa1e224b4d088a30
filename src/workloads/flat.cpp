#include "mtc/flat.hpp"
#include "mtc/flat_join.hpp"

#include <algorithm>

namespace mtc {
namespace {

constexpr std::uint64_t magic = 0x3174616c6663746dULL; // "mtcflat1"
constexpr std::size_t line = flat_alignment;

struct Header {
    std::uint64_t magic;
    std::uint64_t n_sections;
};

struct Entry {
    char name[40];
    std::uint64_t record_bytes;
    std::uint64_t offset;
    std::uint64_t n_bytes;
};

constexpr std::size_t align_up(std::size_t n)
{
    return (n + line - 1) / line * line;
}

std::span<const Entry> entries_of(std::span<const std::byte> model)
{
    const auto* header = reinterpret_cast<const Header*>(model.data());
    return {reinterpret_cast<const Entry*>(model.data() + sizeof(Header)), header->n_sections};
}

/// A section to be laid out.
struct Part {
    Entry entry{}; ///< but for its place
    std::span<const std::byte> bytes{};
};

/// Entries that a model has room for beside its own, so that few sections can be joined to it in place.
constexpr std::size_t spare_entries = 8;

ModelBytes laid_out(std::span<Part> parts)
{
    std::size_t size = align_up(sizeof(Header) + (parts.size() + spare_entries) * sizeof(Entry));
    for (Part& part : parts) {
        part.entry.offset = size;
        part.entry.n_bytes = part.bytes.size();
        size += align_up(part.bytes.size());
    }
    ModelBytes model;
    model.reserve(size + size / 8); // room that joined() may take takes no memory until then
    model.resize(size);
    const Header header{magic, parts.size()};
    std::memcpy(model.data(), &header, sizeof header);
    std::byte* entry = model.data() + sizeof header;
    for (const Part& part : parts) {
        std::memcpy(entry, &part.entry, sizeof(Entry));
        entry += sizeof(Entry);
        if (!part.bytes.empty())
            std::memcpy(model.data() + part.entry.offset, part.bytes.data(), part.bytes.size());
    }
    return model;
}

} // namespace

void FlatWriter::add_bytes(std::string_view name, std::size_t record_bytes, std::span<const std::byte> bytes)
{
    if (name.size() >= sizeof(Entry::name))
        throw ComputeError(text("flat model: section name ", name, " is too long"));
    for (const Section& section : sections_)
        if (section.name == name)
            throw ComputeError(text("flat model: section ", name, " is there already"));
    sections_.push_back({std::string{name}, record_bytes, {bytes.begin(), bytes.end()}});
}

void FlatWriter::add_texts(std::string_view name, std::span<const std::string> values)
{
    std::string chars;
    std::vector<std::uint64_t> ends;
    ends.reserve(values.size());
    for (const std::string& value : values) {
        chars += value;
        ends.push_back(chars.size());
    }
    add_text(name, chars);
    add(text(name, ".ends"), ends);
}

ModelBytes FlatWriter::finish() const
{
    std::vector<Part> parts;
    for (const Section& section : sections_) {
        Part part{.entry = {}, .bytes = section.bytes};
        std::memcpy(part.entry.name, section.name.data(), section.name.size());
        part.entry.record_bytes = section.record_bytes;
        parts.push_back(part);
    }
    return laid_out(parts);
}

ModelBytes joined(ModelBytes first, ModelBytes second)
{
    const std::span<const Entry> present = entries_of(first);
    const std::span<const Entry> added = entries_of(second);
    for (const Entry& entry : added)
        if (std::ranges::any_of(
                present, [&](const Entry& other) { return std::string_view{other.name} == entry.name; }))
            throw ComputeError(text("flat model: section ", entry.name, " is in both"));
    const std::size_t n_present = present.size();
    const std::size_t begin = present.empty() ? first.size() : present.front().offset;
    if (sizeof(Header) + (n_present + added.size()) * sizeof(Entry) > begin) {
        std::vector<Part> parts;
        for (const ModelBytes* model : {&first, &second})
            for (const Entry& entry : entries_of(*model))
                parts.push_back({entry, std::span{*model}.subspan(entry.offset, entry.n_bytes)});
        return laid_out(parts);
    }
    for (std::size_t i = 0; i < added.size(); ++i) {
        Entry entry = added[i];
        const std::byte* const bytes = second.data() + entry.offset;
        entry.offset = first.size();
        first.resize(first.size() + align_up(entry.n_bytes));
        if (entry.n_bytes > 0)
            std::memcpy(first.data() + entry.offset, bytes, entry.n_bytes);
        std::memcpy(first.data() + sizeof(Header) + (n_present + i) * sizeof(Entry), &entry, sizeof entry);
    }
    const Header header{magic, n_present + added.size()};
    std::memcpy(first.data(), &header, sizeof header);
    return first;
}

FlatReader::FlatReader(std::span<const std::byte> model)
    : model_{model}
{
    if (model.size() < sizeof(Header) || reinterpret_cast<const Header*>(model.data())->magic != magic)
        throw ComputeError("flat model: these bytes are not a model");
}

std::span<const std::byte> FlatReader::find(std::string_view name, std::size_t record_bytes) const
{
    for (const Entry& entry : entries_of(model_))
        if (name == entry.name) {
            if (entry.record_bytes != record_bytes)
                throw ComputeError(mtc::text("flat model: records of ", name, " have ", entry.record_bytes,
                                             " bytes, not ", record_bytes));
            return model_.subspan(entry.offset, entry.n_bytes);
        }
    throw ComputeError(mtc::text("flat model: no section ", name));
}

std::vector<std::string> FlatReader::texts(std::string_view name) const
{
    const std::string_view chars = text(name);
    std::vector<std::string> values;
    std::uint64_t begin = 0;
    for (const std::uint64_t end : get<std::uint64_t>(mtc::text(name, ".ends"))) {
        values.emplace_back(chars.substr(begin, end - begin));
        begin = end;
    }
    return values;
}

} // namespace mtc
