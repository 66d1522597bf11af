#!/usr/bin/env bash
# Time, dice, sleeping and the environment: which object file may ask for which of them. Arguments: list of allowed
# pairs, then the archives. Read from the binaries, so no macro or wrapper hides a call.
allowed=$1
shift
[ $# -gt 0 ] || exit 2
watched='time|clock_gettime|gettimeofday|sleep|usleep|nanosleep|clock_nanosleep|poll|ppoll|select|pselect|rand|random|srand|drand48|getrandom|arc4random|setlocale|system|popen|fork|vfork|getenv|secure_getenv|localtime|localtime_r|gethostname|getpid'
found=$(nm -A -u "$@" 2>/dev/null | sed -nE 's/.*:([^:]+)\.o: +U ([^@ ]+).*/\1 \2/p' |
	grep -E " ($watched)\$" | sort -u)
bad=0
while read -r member symbol; do
	[ -n "$member" ] || continue
	if ! grep -qxF "$member $symbol" "$allowed"; then
		echo "$member calls $symbol, which $(basename "$allowed") does not allow"
		bad=1
	fi
done <<<"$found"
while read -r member symbol; do
	case $member in ''|'#'*) continue ;; esac
	if ! grep -qxF "$member $symbol" <<<"$found"; then
		echo "$(basename "$allowed") allows $member $symbol, but nobody calls it any more"
		bad=1
	fi
done <"$allowed"
[ "$bad" -eq 0 ] && echo "$(grep -c . <<<"$found") calls of the outside world, each of them allowed"
exit "$bad"
