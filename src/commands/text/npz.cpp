#include "commands/text/npz.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

namespace mtc::commands {

namespace {

static_assert(std::endian::native == std::endian::little, "zip archives and <f8 are little-endian");

constexpr std::uint16_t version_zip64 = 45;
constexpr std::uint16_t in_zip64 = 0xffff;
constexpr std::uint32_t in_zip64_32 = 0xffffffff;
constexpr std::uint16_t first_day_of_1980 = 0x21; // the earliest that zip can say: the same bytes every time
constexpr std::size_t crc_offset = 14;            // in a local header

template <class Number>
void put(std::string& bytes, Number number)
{
    const std::size_t at = bytes.size();
    bytes.resize(at + sizeof number);
    std::memcpy(bytes.data() + at, &number, sizeof number);
}

/// The part that a local header and the list of contents share.
void put_common(std::string& bytes, std::uint32_t crc)
{
    put(bytes, version_zip64);
    put(bytes, std::uint16_t{0}); // flags
    put(bytes, std::uint16_t{0}); // stored
    put(bytes, std::uint16_t{0}); // time
    put(bytes, first_day_of_1980);
    put(bytes, crc);
    put(bytes, in_zip64_32); // compressed size
    put(bytes, in_zip64_32); // size
}

std::string array_header(const std::string& type, std::span<const std::uint64_t> shape)
{
    std::string axes;
    for (const std::uint64_t extent : shape)
        axes += fmt::format("{},", extent);
    std::string description =
        fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, axes);
    constexpr std::size_t fixed_bytes = 10;
    constexpr std::size_t alignment = 64;
    description.resize((fixed_bytes + description.size() + alignment) / alignment * alignment - fixed_bytes,
                       ' ');
    description.back() = '\n';
    std::string header{"\x93NUMPY\x01\x00", 8};
    put(header, static_cast<std::uint16_t>(description.size()));
    return header + description;
}

} // namespace

NpzWriter::NpzWriter(std::filesystem::path path)
    : path_{std::move(path)}
    , stream_{path_, std::ios::binary}
{
    check();
}

void NpzWriter::check() const
{
    if (!stream_)
        throw IoError{text(path_.string(), ": cannot write the file (", std::strerror(errno), ")")};
}

void NpzWriter::write(const std::string& bytes)
{
    stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    check();
    position_ += bytes.size();
}

void NpzWriter::begin(const std::string& name, const std::string& type, std::size_t item_bytes,
                      std::span<const std::uint64_t> shape)
{
    end_entry();
    const std::string header = array_header(type, shape);
    Entry entry{.name = name + ".npy", .offset = position_, .n_bytes = header.size() + item_bytes};
    std::uint64_t n_items = 1;
    for (const std::uint64_t extent : shape)
        n_items *= extent;
    entry.n_bytes = header.size() + n_items * item_bytes;

    std::string local;
    put(local, std::uint32_t{0x04034b50});
    put_common(local, 0); // the checksum is known at the end of the array
    put(local, static_cast<std::uint16_t>(entry.name.size()));
    put(local, std::uint16_t{20}); // bytes of the zip64 field
    local += entry.name;
    put(local, std::uint16_t{1});
    put(local, std::uint16_t{16});
    put(local, entry.n_bytes);
    put(local, entry.n_bytes);
    write(local);
    entries_.push_back(std::move(entry));
    given_ = 0;
    is_open_ = true;
    append(std::as_bytes(std::span{header}));
}

void NpzWriter::append(std::span<const std::byte> bytes)
{
    const auto* raw = reinterpret_cast<const unsigned char*>(bytes.data());
    entries_.back().crc =
        static_cast<std::uint32_t>(crc32_z(entries_.back().crc, bytes.empty() ? nullptr : raw, bytes.size()));
    stream_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    check();
    position_ += bytes.size();
    given_ += bytes.size();
}

void NpzWriter::end_entry()
{
    if (!std::exchange(is_open_, false))
        return;
    const Entry& entry = entries_.back();
    if (given_ != entry.n_bytes)
        throw ComputeError{text(path_.string(), ": ", entry.name, " was given ", given_,
                                " bytes (its shape has ", entry.n_bytes, ")")};
    stream_.seekp(static_cast<std::streamoff>(entry.offset + crc_offset));
    stream_.write(reinterpret_cast<const char*>(&entry.crc), sizeof entry.crc);
    stream_.seekp(static_cast<std::streamoff>(position_));
    check();
}

void NpzWriter::add_numbers(const std::string& name, std::span<const double> values,
                            std::span<const std::uint64_t> shape)
{
    begin(name, "<f8", sizeof(double), shape);
    append(std::as_bytes(values));
}

void NpzWriter::add_texts(const std::string& name, const std::vector<std::string>& texts)
{
    std::size_t width = 1;
    for (const std::string& value : texts)
        width = std::max(width, value.size());
    begin(name, fmt::format("|S{}", width), width, std::vector<std::uint64_t>{texts.size()});
    for (std::string value : texts) {
        value.resize(width, '\0');
        append(std::as_bytes(std::span{value}));
    }
}

void NpzWriter::finish()
{
    end_entry();
    const std::uint64_t list_offset = position_;
    for (const Entry& entry : entries_) {
        std::string bytes;
        put(bytes, std::uint32_t{0x02014b50});
        put(bytes, version_zip64);
        put_common(bytes, entry.crc);
        put(bytes, static_cast<std::uint16_t>(entry.name.size()));
        put(bytes, std::uint16_t{28}); // bytes of the zip64 field
        put(bytes, std::uint16_t{0});  // comment
        put(bytes, std::uint16_t{0});  // disk
        put(bytes, std::uint16_t{0});  // internal attributes
        put(bytes, std::uint32_t{0});  // external attributes
        put(bytes, in_zip64_32);       // offset
        bytes += entry.name;
        put(bytes, std::uint16_t{1});
        put(bytes, std::uint16_t{24});
        put(bytes, entry.n_bytes);
        put(bytes, entry.n_bytes);
        put(bytes, entry.offset);
        write(bytes);
    }
    const std::uint64_t end_offset = position_;
    const std::uint64_t n_entries = entries_.size();
    std::string end;
    put(end, std::uint32_t{0x06064b50});
    put(end, std::uint64_t{44}); // bytes of this record that follow
    put(end, version_zip64);
    put(end, version_zip64);
    put(end, std::uint32_t{0}); // disk
    put(end, std::uint32_t{0});
    put(end, n_entries);
    put(end, n_entries);
    put(end, end_offset - list_offset);
    put(end, list_offset);
    put(end, std::uint32_t{0x07064b50}); // where that record is
    put(end, std::uint32_t{0});
    put(end, end_offset);
    put(end, std::uint32_t{1});
    put(end, std::uint32_t{0x06054b50}); // the end for readers without zip64
    put(end, std::uint16_t{0});
    put(end, std::uint16_t{0});
    put(end, in_zip64);
    put(end, in_zip64);
    put(end, in_zip64_32);
    put(end, in_zip64_32);
    put(end, std::uint16_t{0});
    write(end);
    stream_.close();
    check();
}

} // namespace mtc::commands
