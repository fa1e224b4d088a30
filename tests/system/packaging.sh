#!/usr/bin/env bash
# The recipes of tools/packaging, as far as they can be checked without a network, and the Debian package.
# packaging.sh BUILD_FOLDER
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
build=$1
packaging=$tools/packaging
check_spack() { "$python" "$MTC_SOURCE/tests/system/check_spack.py" "$@" "$MTC_SOURCE/CMakeLists.txt"; }

echo "--- Spack: the packages that tools/setup installs, no more and no less"
"$tools/setup" run test --list > packages.txt
check_spack "$packaging/spack/package.py" < packages.txt
grep -v '"fmt"' "$packaging/spack/package.py" > lacking.py
with_status 1 check_spack lacking.py < packages.txt 2> messages.txt
grep -q 'fmt is missing' messages.txt || fail "a missing dependency is not seen"
sed 's/boost@1.74/boost@1.70/' "$packaging/spack/package.py" > older.py
with_status 1 check_spack older.py < packages.txt 2> messages.txt
grep -q 'asks for 1.74' messages.txt || fail "an older version is not seen"
{ cat packages.txt; echo libnew-dev; } > more.txt
with_status 1 check_spack "$packaging/spack/package.py" < more.txt 2> messages.txt

echo "--- Apptainer: its packages are those of tools/setup, its scripts are sound"
definition=$packaging/mtc.def
section() { awk -v wanted="%$1" '/^%/ { on = $1 == wanted; next } on' "$definition"; }
section post | grep -qx ' *tools/setup run' || fail "%post does not install by tools/setup"
for name in post runscript test; do
    { echo '#!/bin/sh'; section $name; } > $name.sh
    [ "$(wc -l < $name.sh)" -gt 1 ] || fail "no section %$name"
    sh -n $name.sh
    if command -v shellcheck > /dev/null; then shellcheck $name.sh; fi
done
grep -qE '^From: debian:12$' "$definition" || fail "not the Debian that is tested"
# %post, played: each command of it is called as such, and those of the project exist.
mkdir -p bin opt/mtc-source
ln -s "$tools" opt/mtc-source/tools
for command in cmake ldconfig rm; do printf '#!/bin/sh\necho "%s $*" >> "%s/called.txt"\n' $command "$PWD" > bin/$command; done
chmod +x bin/*
sed "s|/opt/mtc-source|$PWD/opt/mtc-source|; s|tools/setup run|tools/setup run --list|" post.sh > played.sh
PATH=$PWD/bin:$PATH sh played.sh > /dev/null
[ "$(grep -c '^cmake ' called.txt)" = 3 ] || fail "cmake is called otherwise: $(cat called.txt)"
grep -oE -- '-DMTC_[A-Z_]+' called.txt | sort -u | while read -r option; do
    grep -qF "option(${option#-D} " "$MTC_SOURCE/CMakeLists.txt" || fail "$option is no option of the build"
done
for file in $(section test | grep -oE '/opt/mtc-source/[^ ]+'); do
    [ -e "$MTC_SOURCE/${file#/opt/mtc-source/}" ] || fail "$file is not in the project"
done
version=$(sed -nE 's/^project\(mtc VERSION ([0-9.]+).*/\1/p' "$MTC_SOURCE/CMakeLists.txt")
grep -qE "^ *Version $version\$" "$definition" || fail "mtc.def is not of version $version"
grep -qF "version(\"$version\")" "$packaging/spack/package.py" || fail "the recipe is not of version $version"

echo "--- Debian"
for tool in cpack dpkg-deb dpkg-shlibdeps; do
    command -v $tool > /dev/null || skip "no $tool here; all but the Debian package was tested"
done
[ -f "$build/src/libmtc.so" ] || skip "no library in $build; all but the Debian package was tested"
# What the program says to shells and man. Where it is there nothing is built: other tests run that program meanwhile.
[ -e "$build/words/mtc.1" ] || cmake --build "$build" --target mtc_words > messages.txt 2>&1
timeout 120 cpack -G DEB --config "$build/CPackConfig.cmake" -B "$PWD" > messages.txt 2>&1
package=$(find . -maxdepth 1 -name '*.deb')
[ -f "$package" ] || fail "cpack made no package"
dpkg-deb --contents "$package" | awk '{ print $6 }' > contents.txt
for file in bin/mtc bin/mtcrun share/man/man1/mtc.1 share/bash-completion/completions/mtc share/zsh/site-functions/_mtc \
    share/fish/vendor_completions.d/mtc.fish share/mtc/jobscripts/slurm.sh share/mtc/jobscripts/README.md include/mtc/run.hpp; do
    grep -qxF "./usr/$file" contents.txt || fail "/usr/$file is not in the package"
done
grep -vE '^\./(usr/((bin|include|lib|share)/.*)?)?$' contents.txt > elsewhere.txt && fail "outside /usr: $(cat elsewhere.txt)"
depends=$(dpkg-deb --field "$package" Depends)
for library in openmpi-bin libhdf5-openmpi libopenmpi libpugixml libfmt libsqlite3 libboost-program-options libzip; do
    [[ "$depends" == *"$library"* ]] || fail "the package does not depend on $library, but on $depends"
done
dpkg-deb --extract "$package" installed
[ "$(installed/usr/bin/mtc --version)" = "$("$MTC" --version)" ] || fail "the packaged program is another one"
if [[ "$(apt-cache policy libpugixml1v5 2> /dev/null)" =~ Candidate:\ [0-9] ]]; then
    apt-get install --simulate "$package" > simulated.txt 2>&1 || fail "apt would not install it: $(tail -n 5 simulated.txt)"
    grep -q '^Inst mtc ' simulated.txt || fail "apt would not install it: $(cat simulated.txt)"
else
    echo "SKIPPED: apt knows no packages here, so whether it would install this one is not known"
fi
echo "$(wc -l < contents.txt) files in $(basename "$package")"
