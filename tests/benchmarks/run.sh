#!/usr/bin/env bash
# Prints the speeds: firmware alone, whole laboratory, laboratory time against wall time of the default programme.
# Arguments: the program, the folder with the benchmark programs, the meter's image (none without cross compiler).
# Nothing here is asserted.
program=$1
folder=$2
image=${3:-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$folder/firmware_speed"
"$folder/lab_speed"
if [ -n "$image" ]; then
	"$(dirname "$0")/../checks/firmware_targets.sh" "$(dirname "$image")" "$(basename "$image")" meter_stm32l476.elf
	if command -v qemu-system-arm >/dev/null; then "$folder/emulated_speed" "$image"; else echo "skipped: qemu-system-arm is not installed"; fi
fi
"$program" run --form 9S --form 16S --output "$scratch/run" >"$scratch/out" 2>/dev/null </dev/null
grep 'laboratory time' "$scratch/out" || { echo "the default programme did not run"; exit 1; }
"$(dirname "$0")/measuring_time.sh" "$program" "$(dirname "$0")/../.."
