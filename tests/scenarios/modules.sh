#!/usr/bin/env bash
# Communication modules, burden and service switch in the virtual laboratory: every kind of meter conforms.
. "$(dirname "$0")/common.sh"
programme="$source/procedures/programmes/modules.xml"
sample="$source/bench/labs/virtual_sample.xml"

# of RUN WORDS: the outcome of the result about this
of() {
	tr '\n' ' ' <"$1/report.xml" | grep -oE '<(result|judgement) [^>]*>' | grep -A1 -F "what=\"$2" | grep -oE 'outcome="[^"]*"' | sort -u
}

# must RUN WORDS OUTCOME
must() {
	[ "$(of "$1" "$2")" = "outcome=\"$3\"" ] || fail "$1: \"$2\" is $(of "$1" "$2") instead of $3"
}

# each module on every kind of meter
expect 0 all "$program" run "$programme" --lab "$sample" --output run_all
says all 'meter: conforms    run: complete'
for what in 'ST23 through the module' 'ST28 octets 3 to 6 through the module' 'ST62 through the module' 'apparent power of the voltage circuits, 0746' \
	'apparent power of the voltage circuits, 0764' 'apparent power of the voltage circuits, bare meter' 'the bench, moved by the burden' \
	'demand reset by Zigbee' 'command to close with voltage' 'long press without arming' 'command to open a meter without a switch, by the module'; do
	must run_all "$what" conforms
done
# three meters with a switch: by the optical port, by hand, and two of them by their modules
[ "$(grep -c 'service switch open' run_all/world.log)" -eq 8 ] || fail "the switches did not open eight times"
[ "$(grep -c 'service switch closed' run_all/world.log)" -eq 8 ] || fail "the switches did not close eight times"
grep -q 'No service disconnect is left out: form 12S AX-SD, model AX-SD has service_disconnect' run_all/report.xml || fail "what is left out is not said"
source_is_off run_all

# refused before anything is switched on
sed -e 's| only_with="module"||' "$programme" >always.xml
expect 2 always "$program" run always.xml --lab "$sample" --form 16S --model AX --output run_always
says always 'module'
never_switched_on run_always
finish
