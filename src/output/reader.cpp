#include "output/reader.hpp"

#include "h5/attribute.hpp"
#include "output/schema.hpp"

namespace mtc::output {

std::string input_hash(const std::filesystem::path& output)
{
    const h5::File file = h5::File::open(output);
    if (h5::read_text_attribute(file, "/", "filetype") != filetype)
        throw IoError(text(output.string(), " is an HDF5 file, but not an output of mtc"));
    return h5::read_text_attribute(file, "/", "input_hash");
}

} // namespace mtc::output
