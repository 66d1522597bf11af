# Sourced by the scenarios of the approval programme: what has to hold of a conforming meter. While the programme says of a
# requirement that it is open, the meter is not evaluated (exit 3); nothing else may be missing.
programme="$source/procedures/programmes/type_approval.xml"
sample="$source/bench/labs/virtual_sample.xml"
open=$(grep -c '<open ' "$programme")
approved=$((open ? 3 : 0))

# approve NAME run-options…: all automated tests conform, and what is not evaluated stands as open in the programme
approve() {
	local name=$1 end
	shift
	expect "$approved" "$name" "$program" run "$programme" --lab "$sample" "$@" --output "run_$name"
	end=$(grep -A14 '<end ' "run_$name/report.xml" | tr '\n' ' ')
	for fact in 'state="complete"' 'inconclusive="0"' 'does_not_conform="0"' 'not_evaluated="0"' 'void="0"'; do
		[[ $end == *" $fact"* || $end == *"	$fact"* ]] || fail "$name: its end is not $fact"
	done
	[ "$(sed -n 's/.* conforms="\([0-9]*\)".*/\1/p' <<<"${end//	/ }")" -ge 90 ] || fail "$name: less than 90 results conform"
	grep 'was not evaluated' "run_$name/report.xml" | grep -v 'in this programme yet"' && fail "$name: that is not open in the programme"
	grep -h '^laboratory time' "$name.out" | sed "s|^|$name: |"
	rm -rf "run_$name"
}
