#!/usr/bin/env bash
# Display and switches of a conforming meter, and what happens when the documents say something else.
. "$(dirname "$0")/common.sh"
display="$source/tests/programmes/display.xml"
lab="$source/bench/labs/virtual_sample.xml"

entries() {
	tr '\n\t' '  ' <"$1/report.xml" | sed -e 's/  */ /g' -e 's/ *\/> *</\/>\n</g'
}

for meter in "16S AXR" "25S AX-SD" "36S AX"; do
	read -r form model <<<"$meter"
	expect 0 "$form" "$program" run "$display" --lab "$lab" --form "$form" --model "$model" --output "run_$form"
	source_is_off "run_$form"
done
# the number that is compared is not always zero
entries run_16S | grep -qE 'what="item 001, Energy delivered" indicated="0*[1-9][0-9]* kWh DEL"' || fail "16S: the register was zero"
entries run_16S | grep -qE 'what="cumulative demand after the reset" indicated="[1-9]' || fail "16S: there was no maximum to reset"
entries run_25S | grep -q 'indicated="888 .* 031 040 090 ' || fail "25S: the service switch is not on the display"

# The documents say something else: each departure is found at its item.
documents() {
	sed "$2" "$source/procedures/devices/focus_ax.xml" >"$1.xml"
	expect 1 "$1" "$program" run "$display" --lab "$lab" --device "$1.xml" --form 16S --model AX --output "run_$1"
}
documents unit 's|code="001" unit="kWh"|code="001" unit="MWh"|'
entries run_unit | grep -A1 'what="item 001, Energy delivered"' | grep -q 'outcome="does not conform"' || fail "unit: not found"
documents number 's|reads="delivered_energy"|reads="received_energy"|'
entries run_number | grep -A1 'what="item 001, Energy delivered"' | grep -q 'outcome="does not conform"' || fail "number: not found"
documents item '/code="003"/d'
entries run_item | grep -q 'what="items that the documents do not list.*" indicated="003" expected="none"' || fail "item: not found"
documents order 's|code="002" unit="kWh" name="REC"|code="999" unit="kWh" name="REC"|'
entries run_order | grep -q 'expected="888 001 999 003 ' || fail "order: not found"

# Without hands nothing is judged.
sed -e "s|VIRTUAL::operator|SCRIPT::answers.txt|" -e '/<operator /d' "$lab" >lab.xml
echo "name: A. Tremblay" >answers.txt
expect 3 no_hands "$program" run "$display" --lab lab.xml --form 16S --model AX --output run_no_hands
entries run_no_hands | grep -q 'what="demand reset by the switch" indicated="not done: a file has no hands"' || fail "no_hands: it is not said"
finish
