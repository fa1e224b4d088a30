#include "mtc/flat.hpp"

namespace mtc {
namespace {

constexpr std::uint64_t magic = 0x3174616c6663746dULL; // "mtcflat1"
constexpr std::size_t line = 64;

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
    std::size_t size = align_up(sizeof(Header) + sections_.size() * sizeof(Entry));
    std::vector<Entry> entries;
    for (const Section& section : sections_) {
        Entry entry{};
        std::memcpy(entry.name, section.name.data(), section.name.size());
        entry.record_bytes = section.record_bytes;
        entry.offset = size;
        entry.n_bytes = section.bytes.size();
        entries.push_back(entry);
        size += align_up(section.bytes.size());
    }
    ModelBytes model(size, std::byte{0});
    const Header header{magic, sections_.size()};
    std::memcpy(model.data(), &header, sizeof header);
    if (!entries.empty())
        std::memcpy(model.data() + sizeof header, entries.data(), entries.size() * sizeof(Entry));
    for (std::size_t i = 0; i < sections_.size(); ++i)
        if (!sections_[i].bytes.empty())
            std::memcpy(model.data() + entries[i].offset, sections_[i].bytes.data(),
                        sections_[i].bytes.size());
    return model;
}

FlatReader::FlatReader(std::span<const std::byte> model)
    : model_{model}
{
    if (model.size() < sizeof(Header) || reinterpret_cast<const Header*>(model.data())->magic != magic)
        throw ComputeError("flat model: these bytes are not a model");
}

std::span<const std::byte> FlatReader::find(std::string_view name, std::size_t record_bytes) const
{
    const auto* header = reinterpret_cast<const Header*>(model_.data());
    const auto* entries = reinterpret_cast<const Entry*>(model_.data() + sizeof(Header));
    for (const Entry& entry : std::span{entries, header->n_sections})
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
