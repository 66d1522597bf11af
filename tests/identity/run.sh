#!/usr/bin/env bash
# The firmware compiled by gcc and clang, unoptimised and optimised, and for the Cortex-M4 in the emulator likewise, tells
# the same day in the same lines: the bytes of both ports, pulses, coils, display, tables and storage.
# Usage: run.sh SOURCE FIRMWARE-BUILD PROGRAMS SCRATCH IMAGE
set -uo pipefail
source=$1 firmware=$2 programs=$3 scratch=$4 image=$5
missing=
for tool in gcc clang arm-none-eabi-gcc qemu-system-arm; do
	command -v $tool >/dev/null || missing+=" $tool"
done
[ -r "$image" ] || missing+=" the image of the Cortex-M4"
if [ -n "$missing" ]; then
	[ "${CI:-}" = true ] && echo "FAILED: missing:$missing" && exit 1
	echo "skipped: missing:$missing"
	exit 77
fi
rm -rf "$scratch"
mkdir -p "$scratch"
status=0

tell() { # name, command...: its lines, or its reason
	local name=$1
	shift
	"$@" >"$scratch/$name.txt" 2>&1 || { cat "$scratch/$name.txt"; echo "FAILED: $name"; return 1; }
}

# host: every file of the firmware but the images', at once
cd "$source" || exit 2
sources=(dut_firmware/meter.c dut_firmware/{metrology,registers,storage,interface,service,boards}/*.c
	tests/identity/transcript.c tests/identity/linked.c "$firmware/build_identity.c")
host() { # compiler, optimisation
	"$1" -std=c11 "$2" -D_GNU_SOURCE -I. -Idut_firmware "${sources[@]}" -o "$scratch/$1$2" && tell "$1$2" "$scratch/$1$2"
}
identity=$(sed -n 's/.*"\(.*\)".*/\1/p' "$firmware/build_identity.c" | tail -n 1)
cross() { # name, CMake's build type
	cmake -S dut_firmware -B "$scratch/$1" -DCMAKE_TOOLCHAIN_FILE="$source/dut_firmware/boards/cortex_m4.cmake" \
		-DCMAKE_BUILD_TYPE="$2" -DBUILD_IDENTITY="$identity" >"$scratch/$1.log" 2>&1 &&
		cmake --build "$scratch/$1" --target meter.elf >>"$scratch/$1.log" 2>&1 || { tail "$scratch/$1.log"; return 1; }
}
tell this_build "$programs/linked_transcript" || exit 1
processes=()
run() {
	"$@" &
	processes+=($!)
	if [ ${#processes[@]} -ge 2 ]; then
		wait "${processes[0]}" || status=1
		processes=("${processes[@]:1}")
	fi
}
run cross cortex_m4-O0 Debug
run host gcc -O0
run host clang -O0
run host gcc -O2
run host clang -O2
run tell cortex_m4-O2 "$programs/emulated_transcript" "$image"
run tell cortex_m4-O0 "$programs/emulated_transcript" "$scratch/cortex_m4-O0/meter.elf"
for process in "${processes[@]}"; do wait "$process" || status=1; done

told=0
for other in "$scratch"/*.txt; do
	diff "$scratch/this_build.txt" "$other" || { echo "FAILED: $(basename "$other" .txt) tells another day"; status=1; }
	told=$((told + 1))
done
[ $told -eq 7 ] || { echo "FAILED: $told transcripts instead of 7"; status=1; }
cat "$scratch/this_build.txt"
[ $status -eq 0 ] && echo "$told firmwares alike, each in blocks of 1, 7, 16, 128 and 1536 frames"
exit $status
