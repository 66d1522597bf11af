#!/usr/bin/env bash
# Modules that alter, keep or mislabel what they read, switches that do not move and a meter that takes too much do not conform; a
# module out of reach is a fault of the bench.
. "$(dirname "$0")/common.sh"
programme="$source/procedures/programmes/modules.xml"
sample="$source/bench/labs/virtual_sample.xml"

# with NAME 'attributes': the sample laboratory with a defect
with() {
	sed -e "s|</virtual>|<defect $2/></virtual>|" "$sample" >"$1.xml"
}

# of RUN WORDS: the outcome of the result about this
of() {
	tr '\n' ' ' <"$1/report.xml" | grep -oE '<(result|judgement) [^>]*>' | grep -A1 -F "what=\"$2" | grep -oE 'outcome="[^"]*"' | sort -u
}

# must RUN WORDS OUTCOME
must() {
	[ "$(of "$1" "$2")" = "outcome=\"$3\"" ] || fail "$1: \"$2\" is $(of "$1" "$2") instead of $3"
}

with garbles 'module="garbles"'
expect 1 garbles "$program" run "$programme" --lab garbles.xml --form 16S --module 0746 --output run_garbles
must run_garbles 'ST23 through the module' 'does not conform'
with stale 'module="stale"'
expect 1 stale "$program" run "$programme" --lab stale.xml --form 16S --module 0746 --output run_stale
must run_stale 'ST23 through the module' 'does not conform'
must run_stale 'ST1 through the module' conforms
with mesh 'module="mesh"'
expect 1 mesh "$program" run "$programme" --lab mesh.xml --form 16S --module 0746 --output run_mesh
must run_mesh 'label of the module' 'does not conform'
with hungry 'burden_percent="10"'
expect 1 hungry "$program" run "$programme" --lab hungry.xml --form 16S --module 0746 --output run_hungry
tr '\n' ' ' <run_hungry/report.xml | grep -oE '<judgement [^>]*>' | grep 'requirement="NOA-34"' | grep 'outcome="does not conform"' |
	grep -q 'limit="2.85"' || fail "3.08 VA are within 2.85 VA"
with deaf 'module="deaf"'
expect 4 deaf "$program" run "$programme" --lab deaf.xml --form 16S --module 0746 --output run_deaf
says deaf 'remote reader gateway says "no contact"'
source_is_off run_deaf

with welded 'service_switch="welded"'
expect 1 welded "$program" run "$programme" --lab welded.xml --form 12S --model AX-SD --output run_welded
must run_welded 'open, by the optical port' 'does not conform'
must run_welded 'current with the switch open' 'does not conform'
with stuck 'service_switch="stuck"'
"$program" run "$programme" --lab stuck.xml --form 12S --model AX-SD --output run_stuck >stuck.out 2>stuck.err
[ $? -eq 1 ] || fail "stuck: a switch that does not close again must not conform"
must run_stuck 'close, by the optical port' 'does not conform'
source_is_off run_stuck

finish
