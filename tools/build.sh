# Sourced: one quiet way to configure and build.
#   build SOURCE FOLDER TARGET [CMake options]   silent where it succeeds, the tool's own words where it fails

build() {
    local source=$1 folder=$2 target=$3
    shift 3
    echo "build: ${folder#"$source/"} ($target)"
    mkdir -p "$folder"
    # The generator of a folder is fixed when it is first configured.
    local generator=()
    if ! [ -f "$folder/CMakeCache.txt" ] && command -v ninja > /dev/null; then
        generator=(-G Ninja)
    fi
    if ! cmake -S "$source" -B "$folder" "${generator[@]}" "$@" > "$folder/configure.log" 2>&1; then
        cat "$folder/configure.log" >&2
        echo "build: CMake could not configure $folder" >&2
        return 1
    fi
    if ! cmake --build "$folder" --target "$target" --parallel "${MTC_BUILD_JOBS:-$(nproc)}" \
        > "$folder/build.log" 2>&1; then
        grep -v '^\[[0-9]*/[0-9]*\] [A-Z][a-z]*ing ' "$folder/build.log" | head -n 100 >&2
        echo "build: failed (all of it: $folder/build.log)" >&2
        return 1
    fi
}
