#!/usr/bin/env bash
# Prints the speeds: firmware alone, whole laboratory, laboratory time against wall time of the default programme, of the
# approval programme for 16S (aim: 3600 times faster) and of the regression programme, linked and emulated (aim: below 60 s, linked).
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
source=$(cd "$(dirname "$0")/../.." && pwd)
hours() { # NAME run-options…
	local name=$1
	shift
	local TIMEFORMAT='%U %S' processor
	processor=$({ time "$program" run "$@" --output "$scratch/run" >"$scratch/out" 2>/dev/null </dev/null; } 2>&1)
	sed -n "s/^laboratory time/$name: &/p" "$scratch/out" | grep . || { echo "$name did not run"; exit 1; }
	# what one core of its own would take, whatever else runs on this machine; reports included
	sed -n 's/^laboratory time \([0-9.]*\) h.*/\1/p' "$scratch/out" | awk -v processor="$processor" \
		'{ split(processor, s, " "); printf "    %.1f s of the processor, reports included: %.0f times faster on one core\n", s[1] + s[2], 3600 * $1 / (s[1] + s[2]) }'
	rm -rf "$scratch/run"
}
hours "default programme, 9S and 16S" --form 9S --form 16S
hours "approval programme, 16S AXR" "$source/procedures/programmes/type_approval.xml" --lab "$source/bench/labs/virtual_sample.xml" --form 16S --model AXR
hours "regression programme, 16S" "$source/procedures/programmes/regression.xml" --form 16S
if [ -n "$image" ] && command -v qemu-system-arm >/dev/null; then
	hours "the same, emulated" "$source/procedures/programmes/regression.xml" --lab "$source/bench/labs/emulated.xml" --form 16S
fi
"$(dirname "$0")/measuring_time.sh" "$program" "$(dirname "$0")/../.."
