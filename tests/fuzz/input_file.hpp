#pragma once

#include "mtc/error.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace mtc::fuzz {

/// A folder of this process in memory, removed at its end.
class Folder {
public:
    Folder()
        : path_{std::filesystem::path{"/dev/shm"} / ("mtc-fuzz-" + std::to_string(getpid()))}
    {
        std::filesystem::create_directories(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::filesystem::path write(const char* name, const std::uint8_t* data,
                                              std::size_t size) const
    {
        std::ofstream{path_ / name, std::ios::binary}.write(reinterpret_cast<const char*>(data),
                                                            static_cast<std::streamsize>(size));
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

/// Reads; a refusal is what a reader may answer with, all else ends the process.
template <class Read>
int try_to(const Read& read)
{
    try {
        read();
    } catch (const InputError&) {
    }
    return 0;
}

} // namespace mtc::fuzz
