#pragma once

#include "h5/dataset.hpp"
#include "output/row_layout.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::output {

/// A finished output file, open for reading; no MPI.
class Reader {
public:
    /// \throws InputError  when there is no such file, it is not HDF5, not an output of mtc, or of a format
    /// too new
    explicit Reader(const std::filesystem::path& path);

    [[nodiscard]] const h5::File& file() const noexcept { return file_; }
    [[nodiscard]] bool has(std::string_view object) const { return file_.has(std::string{object}); }
    /// A text of the root; empty when there is none.
    [[nodiscard]] std::string attribute(const std::string& name) const;
    [[nodiscard]] std::int64_t n_ranks() const;
    /// \throws InputError  when the file holds no such table
    [[nodiscard]] Table table(std::string_view path) const;
    template <class Row>
    [[nodiscard]] std::vector<Row> rows(const RowLayout<Row>& layout, std::string_view path) const
    {
        return layout.unpack(table(path));
    }
    /// A plain dataset of texts.
    [[nodiscard]] std::vector<std::string> texts(std::string_view path) const;
    [[nodiscard]] std::string input_text() const;
    /// The effective value of a key; empty when it has none.
    [[nodiscard]] std::string configured(std::string_view key) const;

private:
    h5::File file_;
};

} // namespace mtc::output
