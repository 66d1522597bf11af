#!/usr/bin/env bash
# Judging stored runs again: nothing is switched on, earlier judgements stay, the same judging gives the same bytes; several
# runs are judged as one type.
. "$(dirname "$0")/common.sh"
quick="$source/tests/programmes/quick.xml"
limits="$source/procedures/limits"
run() { # NAME seed status
	expect "$3" "run_$1" "$program" run "$quick" --form 16S --serial "0000000$2" --seed "$2" --output "$1"
}
xml() { expect 0 "xml_$1" "$program" report "$1" --format xml --output "$1.xml"; }

run one 1 0
run twin 1 0
run other 2 1
cp one/world.log world.before

# The run's own limits and rule give the run's own judgements, text by text.
expect 0 same "$program" judge one
xml one
fields() { # judging (empty: the run's), file
	sed -n '/^<judgement/,/\/>$/p' "$2" | sed -e 's/hash="[^"]*"//' -e '/^\tutc=/d' | tr '\n' ' ' | sed 's|/>|/>\n|g' | grep 'outcome=' |
		{ [ -n "$1" ] && grep "judging=\"$1\"" || grep -v 'judging='; } | sed -e 's/entry="[^"]*"//' -e 's/judging="[^"]*"//' | tr -s '\t ' ' ' | sed 's|^ ||'
}
fields '' one.xml >own.txt
fields 1 one.xml >again.txt
[ "$(wc -l <own.txt)" -eq 4 ] || fail "the run has $(wc -l <own.txt) judgements instead of 4"
cmp own.txt again.txt || fail "the same limits gave other judgements"

# Other limits: figures that nobody has entered; both earlier judgings stay, the newest counts.
expect 3 official "$program" judge one --limits "$limits/measurement_canada.xml" --by 'B. Metrologist' --reason 'official text'
says official 'judged again: meter: not evaluated'
says official 'have no figure'
xml one
[ "$(grep -c '^<judgement' one.xml)" -eq 12 ] || fail "judgements were lost"
[ "$(grep -c '^<judging' one.xml)" -eq 2 ] || fail "a judging is missing"
cmp world.before one/world.log || fail "judging switched something"

# Determinism: the twin judged the same way is the same record.
expect 0 twin_same "$program" judge twin
expect 3 twin_official "$program" judge twin --limits "$limits/measurement_canada.xml" --by 'B. Metrologist' --reason 'official text'
xml twin
cmp one.xml twin.xml || fail "the same judging of the same run gave other bytes"

# Another rule, and what is refused.
expect 1 strict "$program" judge other --rule 'guarded 2'
expect 2 bad_rule "$program" judge one --rule lenient
says bad_rule 'interval, simple, guarded'
expect 2 archive "$program" judge one.xml
says archive 'record.mcbench'
expect 2 nothing "$program" judge
expect 2 absent "$program" judge nowhere
sed 's/^runs=5$/runs=6/' one/record.mcbench >broken.mcbench
expect 2 broken "$program" judge broken.mcbench
says broken 'does not fit its hash'

# A type over its samples.
expect 1 type "$program" judge one other --output type
says type 'EG7-02 +does not conform +1: conforms; 2: does not conform'
says type 'same firmware +conforms'
says type 'spread of load_performance'
says type 'type: does not conform'
expect 0 type_xml "$program" check type/report.xml
expect 0 type_pdf "$program" report type --format pdf --output type.pdf
expect 0 one_sample "$program" judge one twin
says one_sample 'sample 1: form 16S, serial 00000001 \(run 1 2\)'
expect 2 type_again "$program" judge one other --output type
says type_again 'there is one already'
expect 2 output "$program" judge one --output somewhere
finish
