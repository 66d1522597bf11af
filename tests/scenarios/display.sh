#!/usr/bin/env bash
# Display and switches of a conforming meter, and what happens when the documents say something else.
. "$(dirname "$0")/common.sh"
display="$source/tests/programmes/display.xml"
lists="$source/tests/programmes/display_lists.xml"
lab="$source/bench/labs/virtual_sample.xml"

entries() {
	tr '\n\t' '  ' <"$1/report.xml" | sed -e 's/  */ /g' -e 's/ *\/> *</\/>\n</g'
}

expect 0 16S "$program" run "$display" --lab "$lab" --form 16S --model AXR --output run_16S
expect 0 25S "$program" run "$lists" --lab "$lab" --form 25S --model AX-SD --output run_25S
source_is_off run_16S
# the number that is compared is not always zero
entries run_16S | grep -qE 'what="item 001, Energy delivered" indicated="0*[1-9][0-9]* kWh DEL"' || fail "16S: the register was zero"
entries run_16S | grep -qE 'what="cumulative demand after the reset" indicated="[1-9]' || fail "16S: there was no maximum to reset"
entries run_25S | grep -q 'indicated="888 .* 031 040 090 ' || fail "25S: the service switch is not on the display"

# What flowed in test mode, 343 Wh, is no loss.
[ "$(entries run_16S | grep -c 'what="[a-z]* energy over the whole programme".*seen="conforms"')" -eq 3 ] || fail "16S: the ledger does not close"

# The documents say something else: each departure is found at its item.
sed -e 's|code="001" unit="kWh"|code="001" unit="MWh"|' -e 's|reads="cumulative_demand"|reads="firmware_version"|' -e '/code="003"/d' \
	-e 's|code="002" unit="kWh" name="REC"|code="999" unit="kWh" name="REC"|' "$source/procedures/devices/focus_ax.xml" >other.xml
expect 1 other "$program" run "$lists" --lab "$lab" --device other.xml --form 16S --model AX --output run_other
entries run_other | grep -A1 'what="item 001, Energy delivered"' | grep -q 'outcome="does not conform"' || fail "other: the unit was not found"
entries run_other | grep -A1 'what="item 007, Cumulative demand"' | grep -q 'outcome="does not conform"' || fail "other: the number was not found"
entries run_other | grep -q 'what="items that the documents do not list.*" indicated="002 003" expected="none"' || fail "other: further items were not found"
entries run_other | grep -q 'indicated="888 001 002 003 004 005 006 007" expected="888 001 999 004 005 006 007"' || fail "other: the order was not found"

# Without hands nothing is judged.
sed -e "s|VIRTUAL::operator|SCRIPT::answers.txt|" -e '/<operator /d' "$lab" >lab.xml
echo "name: A. Tremblay" >answers.txt
expect 3 no_hands "$program" run "$lists" --lab lab.xml --form 16S --model AX --output run_no_hands
entries run_no_hands | grep -q 'what="the normal list of the display" indicated="not done: a file has no hands"' || fail "no_hands: it is not said"
finish
