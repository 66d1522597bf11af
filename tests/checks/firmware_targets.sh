#!/usr/bin/env bash
# Every image keeps its bounds: 160 KiB of code and constants, 48 KiB of memory, 4 KiB of stack.
# Usage: firmware_targets.sh FOLDER_OF_THE_CROSS_BUILD IMAGE...
set -u
program_limit=$((160 * 1024))
memory_limit=$((48 * 1024))
stack_limit=4096
if ! command -v python3 >/dev/null; then
	[ "${CI:-}" = true ] && echo "FAILED: python3 is not installed" && exit 1
	echo "skipped: python3 is not installed"
	exit 77
fi
bad=0
keeps() { # what, bytes, limit
	echo "$image: $2 bytes of $1, of $3"
	[ "$2" -gt 0 ] && [ "$2" -le "$3" ] || { echo "FAILED: the bound is broken, or nothing was measured"; bad=1; }
}
build=$1
shift
for image; do
	read -r program memory <<<"$(arm-none-eabi-size "$build/$image" | awk 'NR == 2 { print $1 + $2, $2 + $3 }')"
	keeps "code and constants" "${program:-0}" $program_limit
	keeps "memory with 4 KiB for the stack" "$((${memory:-0} + stack_limit))" $memory_limit
	stacks=$(python3 "$(dirname "$0")/../benchmarks/worst_stack.py" "$build" "dut_firmware.dir,$image.dir" reset INTERRUPTS) || bad=1
	echo "$stacks"
	# an interrupt's own frame: 8 words, and one to align it
	stack=$(echo "$stacks" | awk '/^worst stack of/ { sum += $5 } /INTERRUPTS: [1-9]/ { sum += 36 } END { print sum }')
	keeps stack "${stack:-0}" $stack_limit
done
exit "$bad"
