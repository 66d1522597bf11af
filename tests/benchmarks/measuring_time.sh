#!/usr/bin/env bash
# Laboratory time of the load performance test: the fixed practice of 60 s and five runs at every point against the time from the
# wanted uncertainty, as the programme has it and with runs of at least 10 s; settling included in all. Prints times and
# uncertainties; nothing here is asserted. Arguments: the program, the source folder, forms (default 9S 16S).
program=$1
source=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
run() { # practice, replacement of the wanted uncertainty, form
	mkdir -p "$scratch/$1"
	sed 's|lmb_eg_07/||' "$source/procedures/programmes/as_received.xml" >"$scratch/$1/programme.xml"
	sed "s|wanted_uncertainty=\"[^\"]*\"|$2|" "$source/procedures/lmb_eg_07/load_performance.xml" >"$scratch/$1/load_performance.xml"
	"$program" run "$scratch/$1/programme.xml" --form "$3" --output "$scratch/$1-$3" >"$scratch/out" 2>&1 </dev/null ||
		{ tail -n 3 "$scratch/out"; exit 1; }
}
[ $# -gt 0 ] || set -- 9S 16S
for form in "$@"; do
	run fixed 'wanted_uncertainty="5 %" minimum_time="60 s"' "$form" # nothing that would lengthen it
	run programme '&' "$form"
	run ten_seconds '& minimum_time="10 s"' "$form"
	python3 "$here/measuring_time.py" "$form" "$scratch/fixed-$form" "$scratch/programme-$form" "$scratch/ten_seconds-$form"
done
