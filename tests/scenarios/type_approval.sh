#!/usr/bin/env bash
# The approval programme on one conforming meter without the procedures that take days of the laboratory; whole, and on every form,
# it is in type_approval_forms.sh.
. "$(dirname "$0")/common.sh"
. "$here/approval.sh"
days='temperature|self_heating|demand|interval_integrity|recorder|time_of_use|clock'
sed -E -e 's| scope="whole"||' -e '/<open /d' -e "/<procedure file=\"lmb_eg_07\/($days)/d" "$programme" >short.xml
[ "$(grep -c '<procedure ' short.xml)" -ge 20 ] || fail "short: next to nothing is left of the approval programme"
programme=short.xml approved=0
approve 16S_AXR --form 16S --model AXR
expect "$((open ? 3 : 0))" coverage "$program" coverage "$source/procedures/programmes/type_approval.xml" --form 16S
finish
