#!/usr/bin/env bash
# The bench against its check standard, first and last; the equipment gate and who may open it.
. "$(dirname "$0")/common.sh"
programme="$source/tests/programmes/checked.xml"
lab="$source/bench/labs/virtual.xml"

expect 0 good "$program" run "$programme" --form 16S --output good
[ "$(grep -c '^<check_standard' good/report.xml)" -eq 4 ] || fail "good: the bench was not checked twice at both ends"
[ "$(grep -c 'is_good="yes"' good/report.xml)" -eq 4 ] || fail "good: a check failed"
[ "$(grep -c 'requirement="CON-06"' good/report.xml)" -ge 4 ] || fail "good: the requirement that the bench is checked has no results"
expect 0 good_xml "$program" check good/report.xml
pdftotext -layout good/report.pdf - 2>/dev/null | grep -q 'Checks of the bench by the check standard' || fail "good: the report does not show the checks"

# Once its time has passed the bench is checked between two procedures, too.
sed -e 's|every="7 d"|every="0.001 d"|' -e 's|<procedure file="quick_points.xml"/>|&&|' "$programme" >often.xml
cp "$source/tests/programmes/quick_points.xml" .
expect 0 often "$program" run often.xml --form 16S --output often
[ "$(grep -c '^<check_standard' often/report.xml)" -eq 6 ] || fail "often: the bench was checked $(grep -c '^<check_standard' often/report.xml) times instead of 6"

# A reference standard that has left its certificate by 0.2 %: found before the meter is judged, and no verdict on it.
sed 's|<standard gain_percent="0.002"|<standard gain_percent="0.202"|' "$lab" >wrong.xml
expect 4 wrong "$program" run "$programme" --lab wrong.xml --form 16S --output wrong
says wrong 'check standard check at .* departs by \+0\.(19|20)'
grep -q 'verdict="not evaluated"' wrong/report.xml || fail "wrong: there is a verdict on the meter"
! grep -q '^<judgement' wrong/report.xml || fail "wrong: something was judged"
source_is_off wrong

# A laboratory without a check standard cannot run a programme that asks for one.
grep -v 'check' "$lab" >without.xml
expect 2 without "$program" run "$programme" --lab without.xml --form 16S --output without
says without 'has no check standard'
never_switched_on without

# The gate: a certificate past due, with and without somebody who answers for it; a cold instrument.
sed -e 's|due_date="[^"]*"|due_date="2026-01-04"|' "$source/reference_source/certificates/virtual_zera_mt.xml" >past_due.xml
sed -e "0,/certificate=\"[^\"]*\"/s||certificate=\"$PWD/past_due.xml\"|" "$lab" >late.xml
expect 4 late "$program" run "$programme" --lab late.xml --form 16S --output late
says late 'was due on 2026-01-04.*--override-gate'
never_switched_on late
expect 0 answered "$program" run "$programme" --lab late.xml --form 16S --override-gate 'new certificate under way' --by 'C. Head' --output answered
grep -q 'by="C. Head"' answered/report.xml || fail "answered: the name is not in the record"
pdftotext -layout answered/report.pdf - 2>/dev/null | grep -q 'Equipment gates that were overridden' || fail "answered: the report does not say so"
expect 2 nameless "$program" run "$programme" --form 16S --override-gate 'because' --output nameless
says nameless 'belong together'
sed 's|resource="VIRTUAL::zera"|& warm_up="1800 s"|' "$lab" >cold.xml
expect 4 cold "$program" run "$programme" --lab cold.xml --form 16S --output cold
says cold 'needs 1800 s to warm up'
expect 0 warm "$program" run "$programme" --lab cold.xml --form 16S --on-since 2026-01-05T07:00:00Z --output warm
expect 2 when "$program" run "$programme" --lab cold.xml --form 16S --on-since yesterday --output when
says when 'on-since yesterday'
finish
