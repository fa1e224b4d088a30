#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace mtc::commands {

/// Writes a file that `numpy.load` opens: a zip archive, stored without compression, of arrays in numpy's own
/// format. Arrays are written piece by piece and may have any size (zip64).
/// \par Source  PKWARE, APPNOTE.TXT 6.3.10; numpy.lib.format, version 1.0
class NpzWriter {
public:
    /// \throws IoError  when the file cannot be made
    explicit NpzWriter(std::filesystem::path path);

    /// Begins the next array. \param name   as numpy.load lists it \param type numpy's, such as "<f8" or
    /// "|S12" \param shape  whose product times `item_bytes` are the bytes that append() must be given
    void begin(const std::string& name, const std::string& type, std::size_t item_bytes,
               std::span<const std::uint64_t> shape);
    void append(std::span<const std::byte> bytes);
    void add_numbers(const std::string& name, std::span<const double> values,
                     std::span<const std::uint64_t> shape);
    /// Texts of one length, padded with zeros: numpy's bytes.
    void add_texts(const std::string& name, const std::vector<std::string>& texts);
    /// Writes the list of arrays and closes the file. \throws IoError
    void finish();

private:
    struct Entry {
        std::string name;
        std::uint64_t offset = 0;  ///< of its local header
        std::uint64_t n_bytes = 0; ///< of its contents
        std::uint32_t crc = 0;
    };
    void end_entry();
    void write(const std::string& bytes);
    void check() const;

    std::filesystem::path path_;
    std::ofstream stream_;
    std::uint64_t position_ = 0;
    std::uint64_t given_ = 0; ///< bytes of the entry that is open
    std::vector<Entry> entries_;
    bool is_open_ = false;
};

} // namespace mtc::commands
