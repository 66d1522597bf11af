#!/usr/bin/env bash
# The regression programme: conforms within a minute, and with the meter in the emulator it is the same record.
. "$(dirname "$0")/common.sh"
regression="$source/procedures/programmes/regression.xml"

# facts RUN: the record but for the lab file's own name and hash and the chain after them
facts() {
	sed -E -e 's/ hash="[0-9a-f]*"//' -e '/role="lab"/,/\/>/d' "$1/report.xml"
}

for form in 16S 36S 12S; do
	expect 0 "linked_$form" timeout 60 "$program" run "$regression" --form "$form" --output "run_linked_$form"
	says "linked_$form" 'meter: conforms +run: complete'
done
grep -h '^laboratory time' linked_16S.out
need_tool qemu-system-arm
need_tool arm-none-eabi-gcc
expect 0 emulated "$program" run "$regression" --lab "$source/bench/labs/emulated.xml" --form 16S --output run_emulated
grep -h '^laboratory time' emulated.out
facts run_linked_16S >linked.facts
facts run_emulated >emulated.facts
[ "$(grep -c '<judgement ' linked.facts)" -ge 10 ] || fail "the regression programme judges next to nothing"
cmp linked.facts emulated.facts || fail "the emulated meter gave another record"
finish
