#include "workloads/import_csv/import_space.hpp"

namespace mtc::import_csv {

const CsvFile& ImportSpace::file_of(const ImportModel& model, std::uint64_t range)
{
    const std::size_t place = model.file_of(range);
    if (open_file != place) {
        open_file.reset();
        file = CsvFile{model.path(place)};
        const std::uint64_t expected = model.files()[place].n_bytes;
        if (const std::uint64_t n_bytes = file.size(); n_bytes != expected)
            throw IoError(text(file.path(), ": has ", n_bytes, " bytes; it had ", expected,
                               " when the calculation began. Files must not change while they are imported"));
        open_file = place;
    }
    return file;
}

} // namespace mtc::import_csv
