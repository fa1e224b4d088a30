#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace mtc::psha {

/// The bytes of a file, read only and mapped. What gzip packed (whatever the file is called) is unpacked
/// block by block: up to 16 MiB in memory, more into a nameless file in the folder for temporary files, which
/// is mapped. A file must not be cut short while it is mapped.
class FileBytes {
public:
    /// \throws InputError  when the file cannot be read, or its packing is damaged
    /// \throws IoError     when there is no room to unpack it
    explicit FileBytes(const std::filesystem::path& file);
    ~FileBytes();
    FileBytes(const FileBytes&) = delete;
    FileBytes& operator=(const FileBytes&) = delete;

    [[nodiscard]] std::string_view view() const noexcept;
    /// Gives back the memory of what stands before `offset`; it can be read again, from the file.
    void release_before(std::size_t offset) noexcept;

private:
    void map(int descriptor, std::size_t size, const std::filesystem::path& file);

    std::byte* mapped_ = nullptr;
    std::size_t size_ = 0;     ///< [byte] of the map
    std::size_t released_ = 0; ///< [byte] from its begin
    std::string unpacked_;
};

} // namespace mtc::psha
