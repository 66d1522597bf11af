#!/usr/bin/env bash
# Runs a fuzz target from its seeds on two processors and shows what it reached. Any finding fails; the input is printed.
# Usage: run.sh TARGET SEEDS SCRATCH-FOLDER INPUTS LONGEST-INPUT [FUNCTION that has to be reached]...
set -uo pipefail
target=$1 seeds=$2 scratch=$3 inputs=$4 longest=$5
shift 5
rm -rf "$scratch"
mkdir -p "$scratch/corpus"
number=0
while read -r line; do
	[ -n "$line" ] || continue
	number=$((number + 1))
	printf '%b' "$(sed 's/ *\([0-9a-f][0-9a-f]\) */\\x\1/g' <<<"$line")" >"$scratch/corpus/seed_$number"
done < <(sed 's/#.*//' "$seeds")

status=0
processes=()
for process in 1 2; do
	mkdir "$scratch/$process"
	"$target" -seed=$process -runs=$((inputs / 2)) -max_len="$longest" -entropic=0 -artifact_prefix="$scratch/found_" \
		"$scratch/$process" "$scratch/corpus" >"$scratch/$process.log" 2>&1 &
	processes+=($!)
done
for process in "${processes[@]}"; do
	wait "$process" || status=1
done
if [ $status -ne 0 ]; then
	grep -hvE '^#[0-9]+' "$scratch"/[12].log | tail -n 60
	for found in "$scratch"/found_*; do
		[ -e "$found" ] || continue
		echo "found: $(od -An -v -tx1 "$found" | tr -d '\n')"
		echo "repeat: $target $found"
	done
	exit 1
fi
done_inputs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$scratch"/[12].log | awk '{ sum += $1 } END { print sum }')
[ "${done_inputs:-0}" -ge "$inputs" ] || { echo "FAILED: $done_inputs inputs instead of $inputs"; exit 1; }

"$target" -runs=0 -print_coverage=1 "$scratch/1" "$scratch/2" "$scratch/corpus" >"$scratch/coverage.log" 2>&1 || exit 1
for function in "$@"; do
	grep -qE "^COVERED_FUNC:.* $function " "$scratch/coverage.log" || { echo "FAILED: $function is not reached"; status=1; }
done
edges=$(sed -nE 's/^#[0-9]+\s+INITED cov: ([0-9]+).*/\1/p' "$scratch/coverage.log" | tail -n 1)
all=$(sed -nE 's/^INFO: Loaded 1 modules +\(([0-9]+) inline.*/\1/p' "$scratch/coverage.log")
echo "$done_inputs inputs, nothing found; $edges of $all edges reached from $number seeds"
exit $status
