#!/usr/bin/env bash
# The sealed meter refuses, the broken seal lets in, and a bench without hands judges only what it has seen.
. "$(dirname "$0")/common.sh"
security="$source/tests/programmes/security.xml"

entries() {
	tr '\n\t' '  ' <"$1/report.xml" | sed -e 's/  */ /g' -e 's/ *\/> *</\/>\n</g'
}

for meter in "16S AXR" "12S AX-SD"; do
	read -r form model <<<"$meter"
	expect 0 "$form" "$program" run "$security" --lab "$source/bench/labs/virtual_sample.xml" --form "$form" --model "$model" --output "run_$form"
	[ "$(entries "run_$form" | grep -c 'indicated="Insufficient Security Clearance; Cold Start failed"')" -eq 3 ] ||
		fail "$form: the cold start was not refused in the tool's words"
	[ "$(entries "run_$form" | grep -cE 'indicated="none of [0-9]+ tables changed"')" -eq 2 ] || fail "$form: it was not looked whether anything changed"
	entries "run_$form" | grep -q 'what="programming with the seal broken" indicated="accepted, reads back' || fail "$form: nothing was programmed"
	entries "run_$form" | grep -q 'what="programming with the seal closed again" indicated="insufficient security clearance"' ||
		fail "$form: the closed seal was not tried"
	source_is_off "run_$form"
done
# the voltages are off whenever somebody is at the seal
entries run_16S | grep -E '<request' | grep -B1 'the seal"' | grep -v 'the seal"' | grep -v '^--' | grep -vq 'text="off"' &&
	fail "16S: somebody was at the seal with voltages on"

sed -e "s|VIRTUAL::operator|SCRIPT::answers.txt|" -e '/<operator /d' "$source/bench/labs/virtual_sample.xml" >lab.xml
echo "name: A. Tremblay" >answers.txt
expect 3 no_hands "$program" run "$security" --lab lab.xml --form 16S --model AX --output run_no_hands
entries run_no_hands | grep -q 'what="programming with the seal broken" indicated="not done: a file has no hands"' ||
	fail "no_hands: what was not done is not said"
finish
