#pragma once

#include "mtc/error.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mtc {

/// Allocator whose memory begins on a cache line, so that vector loads never straddle one.
template <class T>
struct CacheLineAllocator {
    using value_type = T;
    static constexpr std::align_val_t alignment{64};
    CacheLineAllocator() noexcept = default;
    template <class U>
    CacheLineAllocator(const CacheLineAllocator<U>&) noexcept
    {}
    T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), alignment)); }
    void deallocate(T* p, std::size_t) noexcept { ::operator delete(p, alignment); }
    bool operator==(const CacheLineAllocator&) const noexcept { return true; }
};

template <class T>
using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

/// Every section of a flat model begins at a multiple of it. [bytes]
inline constexpr std::size_t flat_alignment = 64;

/// A workload's model as one run of bytes without pointers: broadcast in one piece, shareable between the
/// processes of a node, equal on every rank.
using ModelBytes = AlignedVector<std::byte>;

/// Builds a flat model: named arrays of trivially copyable records. The bytes of records are those of the
/// model, and with them of the input's hash: give padding a name and a value.
class FlatWriter {
public:
    /// \throws ComputeError  when the name is taken or has more than 39 letters
    template <class T>
    void add(std::string_view name, std::span<const T> records)
    {
        static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= flat_alignment);
        add_bytes(name, sizeof(T), std::as_bytes(records));
    }
    template <class T>
    void add(std::string_view name, const std::vector<T>& records)
    {
        add(name, std::span<const T>{records});
    }
    template <class T>
    void add_one(std::string_view name, const T& record)
    {
        add(name, std::span<const T>{&record, 1});
    }
    void add_text(std::string_view name, std::string_view value)
    {
        add(name, std::span<const char>{value.data(), value.size()});
    }
    /// A list of texts, one array of characters and one of ends.
    void add_texts(std::string_view name, std::span<const std::string> values);
    [[nodiscard]] ModelBytes finish() const;

private:
    void add_bytes(std::string_view name, std::size_t record_bytes, std::span<const std::byte> bytes);
    struct Section {
        std::string name;
        std::size_t record_bytes;
        std::vector<std::byte> bytes;
    };
    std::vector<Section> sections_;
};

/// Reads a flat model in place: every span points into the bytes, which must outlive it.
class FlatReader {
public:
    /// \throws ComputeError  when the bytes are no flat model
    explicit FlatReader(std::span<const std::byte> model);
    /// \throws ComputeError  when the section is missing or its records have another size
    template <class T>
    [[nodiscard]] std::span<const T> get(std::string_view name) const
    {
        static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= flat_alignment);
        const std::span<const std::byte> bytes = find(name, sizeof(T));
        return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
    }
    /// The one record that add_one() gave. \throws ComputeError  as get(), and when there is none
    template <class T>
    [[nodiscard]] const T& get_one(std::string_view name) const
    {
        const std::span<const T> records = get<T>(name);
        if (records.empty())
            throw ComputeError(mtc::text("flat model: section ", name, " is empty"));
        return records.front();
    }
    /// What add_text() gave. \throws ComputeError  as get()
    [[nodiscard]] std::string_view text(std::string_view name) const
    {
        const std::span<const char> chars = get<char>(name);
        return {chars.data(), chars.size()};
    }
    /// What add_texts() gave. \throws ComputeError  as get()
    [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;

private:
    [[nodiscard]] std::span<const std::byte> find(std::string_view name, std::size_t record_bytes) const;
    std::span<const std::byte> model_;
};

} // namespace mtc
