#!/usr/bin/env bash
# Communication module and service switch in the virtual laboratory: a good meter of each kind conforms; modules that alter, keep or
# mislabel what they read and switches that do not move do not; a module out of reach is a fault of the bench.
. "$(dirname "$0")/common.sh"
programme="$source/tests/programmes/modules.xml"
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

expect 0 plain "$program" run "$programme" --lab "$sample" --form 16S --module 0746 --output run_plain
says plain 'meter: conforms    run: complete'
must run_plain 'ST23 through the module' conforms
must run_plain 'apparent power of the voltage circuits, 0746' conforms
must run_plain 'the bench, moved by the burden' conforms
must run_plain 'command to open a meter without a switch, by the module' conforms
expect 0 switch "$program" run "$programme" --lab "$sample" --form 12S --model AXR-SD --module 0764 --output run_switch
must run_switch 'command to close with voltage' conforms
must run_switch 'ST62 through the module' conforms
[ "$(grep -c 'service switch open' run_switch/world.log)" -eq 3 ] || fail "the switch did not open three times"
[ "$(grep -c 'service switch closed' run_switch/world.log)" -eq 3 ] || fail "the switch did not close three times"
source_is_off run_switch

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

# refused before anything is switched on
sed -e 's| only_with="module"||' "$programme" >always.xml
expect 2 always "$program" run always.xml --lab "$sample" --form 16S --output run_always
says always 'module'
never_switched_on run_always
finish
