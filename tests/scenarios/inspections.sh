#!/usr/bin/env bash
# A file of prepared answers in the place of a person: what was seen, by whom and when stands in the record and on paper.
. "$(dirname "$0")/common.sh"
inspections="$source/tests/programmes/inspections.xml"

lab_with_answers() {
	sed -e "s|VIRTUAL::operator|SCRIPT::$1|" "$source/bench/labs/virtual.xml" >lab.xml
}

all_yes() {
	echo "name: A. Tremblay"
	for id in $(grep -ho 'requirement="[^"]*"' "$source"/procedures/inspection/*.xml | cut -d'"' -f2 | sort -u); do
		echo "* $id yes: as the notice says | report=QAI-2026-$id"
	done
	for item in EG7-17.maker EG7-17.type EG7-17.form EG7-17.rating EG7-17.constant NOA-21.sub_assemblies NOA-22.twist \
		NOA-23.weatherproof_seal NOA-24.emboss NOA-41.left NOA-41.right NOA-60.picture_axr NOA-60.picture_axr_sd; do
		echo "* $item yes: seen so"
	done
}

# entries RUN: the record's entries, one a line
entries() {
	tr '\n\t' '  ' <"$1/report.xml" | sed -e 's/  */ /g' -e 's/ *\/> *</\/>\n</g'
}

printf 'not really a photograph' >seals.jpg
hash=$(sha256sum seals.jpg | cut -d' ' -f1)

# All is answered: everything conforms.
{ all_yes | sed -e "s#NOA-41.left yes: seen so#& | file=seals.jpg | by=B. Roy | at=2026-11-02T14:05:00Z#"; } >answers.txt
lab_with_answers answers.txt
expect 0 yes "$program" run "$inspections" --lab lab.xml --form 12S --model AXR-SD --module 0764 --output run_yes
entries run_yes | grep -q "answer=\"yes\" seen=\"seen so\" by=\"B. Roy\" at=\"2026-11-02T14:05:00Z\" file=\"seals.jpg\" sha256=\"$hash\"" || fail "yes: the photograph is not in the record"
grep -q 'remark="B. Roy, 2026-11-02T14:05:00Z; virtual laboratory: nobody has looked at a meter; file seals.jpg' run_yes/report.xml ||
	fail "yes: who and when do not stand beside the result"
# 10 of the sample, 4 of its construction, 5 of its seals, 4 of its module, 13 of the documents, 1 of those of the module
[ "$(grep -c '<inspection ' run_yes/report.xml)" -eq 37 ] || fail "yes: $(grep -c '<inspection ' run_yes/report.xml) answers instead of 37"
answers_hash=$(sha256sum answers.txt | cut -d' ' -f1)
entries run_yes | grep -q "role=\"answers\" name=\"answers.txt\" sha256=\"$answers_hash\"" || fail "yes: the file of answers is not in the record"
grep -q 'identifier="NOA-60.picture_axr_sd"' run_yes/report.xml || fail "yes: the picture of this model was not asked for"
! grep -q 'identifier="NOA-60.picture_axr"' run_yes/report.xml || fail "yes: the picture of another model was asked for"
grep -q 'question="[^"]*: model AXR-SD, form 12S, module 0764, firmware not read"' run_yes/report.xml || fail "yes: the combination is not in the question"

# One "no" is a verdict, something left out is none.
{ echo "1 NOA-22 no: screwed"; echo "1 NOA-22.twist no: it is screwed"; all_yes; } >answers.txt
expect 1 no "$program" run "$inspections" --lab lab.xml --form 16S --model AX --output run_no
entries run_no | grep -q '<judgement .*requirement="NOA-22".*outcome="does not conform"' || fail 'no: the verdict is not at its requirement'
all_yes | grep -v 'LAW-13' >answers.txt
expect 3 left_out "$program" run "$inspections" --lab lab.xml --form 16S --model AX --output run_left_out
grep -q 'indicated="not done: no answer in answers.txt"' run_left_out/report.xml || fail "left_out: the reason is not in the record"

# A test made elsewhere counts by the number of its report.
all_yes | sed -e '/EG7-12/s/ | report=.*//' >answers.txt
expect 3 no_number "$program" run "$inspections" --lab lab.xml --form 16S --model AX --output run_no_number
grep -q 'remark="[^"]*no number of a report was given' run_no_number/report.xml || fail "no_number: it is not said"

# Nobody there: nothing is evaluated, and nothing fails.
grep -v operator "$source/bench/labs/virtual.xml" >nobody.xml
expect 3 nobody "$program" run "$inspections" --lab nobody.xml --form 16S --model AX --output run_nobody
grep -q 'indicated="not done: lab Virtual laboratory has no operator"' run_nobody/report.xml || fail "nobody: the reason is not in the record"

# The operator of the virtual sample takes it to be as documented, and says so at every answer.
expect 0 documented "$program" run "$inspections" --lab "$source/bench/labs/virtual_sample.xml" --form 16S --model AX --output run_documented
[ "$(entries run_documented | grep -c '<inspection .* answer="yes" .*nobody has looked at one" by="virtual operator"')" -eq 32 ] ||
	fail "documented: the virtual operator does not say that nobody has looked"

# The file to fill in: as it is it names nobody; filled in it answers everything that this meter is asked.
expect 0 form "$program" answers "$inspections" --form 25S --model AXR-SD --module 0764
[ "$(grep -c '^\* ' form.out)" -eq 37 ] || fail "form: $(grep -c '^\* ' form.out) questions instead of 37"
grep -q '^# Is the module in the sample one of the notice: Gridstream PLC (0764)' form.out || fail "form: the module is not in the question"
expect 0 empty "$program" answers "$inspections" --form 16S --model AX
cp empty.out answers.txt
expect 4 nameless "$program" run "$inspections" --lab lab.xml --form 16S --model AX --output run_nameless
says nameless 'answers.txt line 5: a name of'
sed -e 's/^name:.*/name: A. Tremblay/' -e 's/not done: not looked at yet/yes: seen | report=7/' empty.out >answers.txt
expect 0 filled "$program" run "$inspections" --lab lab.xml --form 16S --model AX --output run_filled
expect 2 formless "$program" answers "$inspections"

# A file that says something else is refused before anything is switched on.
echo "NOA-22 yes" >answers.txt
expect 4 wrong "$program" run "$inspections" --lab lab.xml --form 16S --model AX --output run_wrong
says wrong 'answers.txt line 1: expected'
never_switched_on run_wrong
finish
