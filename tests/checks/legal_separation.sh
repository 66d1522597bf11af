#!/usr/bin/env bash
# The checksum of the legally relevant part covers exactly it: the same in every folder, untouched by a change of the
# rest, another after a change of its own; and neither a new module nor a new call gets round legally_relevant.cmake.
# Usage: legal_separation.sh SOURCE FOLDER_OF_THE_CROSS_BUILD SCRATCH
set -u
source=$1
built=$2
rm -rf "$3"
mkdir -p "$3" && cd "$3" || exit 2
cp -r "$source/dut_firmware" firmware
failed=0
fail() { echo "FAILED: $1"; failed=1; }

build() { # name of the log
	cmake -S firmware -B build -DCMAKE_TOOLCHAIN_FILE="$PWD/firmware/boards/cortex_m4.cmake" -DCMAKE_BUILD_TYPE=Release \
		-DBUILD_IDENTITY="$name" >"$1.log" 2>&1 && cmake --build build >>"$1.log" 2>&1
}
must_build() { build "$1" || { tail -n 20 "$1.log"; fail "$1 cannot be built"; exit 1; }; }
crc() { od -An -v -tx4 "$1/meter.elf.identity" | awk -v field="$2" '{ print $field }'; }
program() { crc "$1" 1; }
legal() { crc "$1" 3; }

name=$(sed -n 's/.*= "\(.*\)";/\1/p' "$built/build_identity.c")
must_build unchanged
[ "$(program build)" = "$(program "$built")" ] || fail "the same sources in another folder make another program"
legal=$(legal build)
[ "$legal" = "$(legal "$built")" ] || fail "the same sources in another folder make another legally relevant part"

for file in service/diagnostics.c service/phasors.c interface/c1218_link.c; do
	before=$(program build)
	sed -i '1i #pragma GCC optimize ("O0")' firmware/$file # longer, and other instructions
	must_build "$(basename $file)"
	[ "$(program build)" != "$before" ] || fail "a change of $file does not show in the checksum of the program"
	[ "$(legal build)" = "$legal" ] || fail "a change of $file, which is not legally relevant, shows in the legal checksum"
done

for file in metrology/energy.c interface/security.c boards/mps2_an386/main.c; do
	before=$(legal build)
	sed -i '1i #pragma GCC optimize ("O0")' firmware/$file
	must_build "$(basename $file)"
	[ "$(legal build)" != "$before" ] || fail "a change of $file does not show in the legal checksum"
done

echo 'int nobody_knows_this; ' >firmware/service/new_module.c
build new_module && fail "a module in neither list is built"
tr -s ' \n' ' ' <new_module.log | grep -q 'new_module.c stands in neither list' || fail "a module in neither list is not named"
rm firmware/service/new_module.c
sed -i '/^	diagnostics_observe$/d' firmware/legally_relevant.cmake
build new_call && fail "a call into the rest that is in no list is built"
grep -q "prohibited cross reference.*diagnostics_observe" new_call.log || fail "a call into the rest is not named"
[ "$failed" -ne 0 ] || echo "legally relevant part: CRC-32 $legal, of these modules and no others"
exit "$failed"
