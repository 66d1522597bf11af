#!/bin/sh
# Proves by nm that each firmware archive has no writable file-scope object, allocates nothing and uses no floating point.
# Usage: firmware_archive.sh ARCHIVE...
set -u
forbidden='^(malloc|calloc|realloc|free|sbrk|_sbrk|aligned_alloc|posix_memalign|strdup)$'
floating='^(__aeabi_(f|d|cf|cd|i2f|i2d|ui2f|ui2d|l2f|l2d|ul2f|ul2d|h2f).*|__(add|sub|mul|div|neg|fix|float|extend|trunc|eq|ne|lt|le|gt|ge|unord)[a-z]*[sdt]f[a-z0-9]*|sinf?|cosf?|sqrtf?|powf?|expf?|logf?|floorf?|lrintf?|fmodf?)$'
status=0

complain() {
	echo "$1" >&2
	status=1
}

[ $# -gt 0 ] || { echo "firmware_archive.sh: name at least one archive" >&2; exit 2; }
for archive in "$@"; do
	# archive:member:name|value|class|type|size|line|section
	symbols=$(nm -A -f sysv "$archive" 2>/dev/null | tr -d ' ' | grep '|')
	members=$(printf '%s\n' "$symbols" | awk -F'|' '$3 ~ /^[tT]$/ && $1 !~ /:[$]/' | wc -l)
	[ "$members" -gt 20 ] || complain "$archive: only $members functions found; build it first, the check would prove nothing"
	# b d: static, B D: global, C: common, g s: small data. Constants that hold addresses lie in .data.rel.ro of a host.
	writable=$(printf '%s\n' "$symbols" | awk -F'|' '$3 ~ /^[bBdDCcgGsS]$/ && $7 !~ /^\.data\.rel\.ro/')
	[ -z "$writable" ] || complain "$archive: writable file-scope objects; move them into struct meter:
$writable"
	undefined=$(printf '%s\n' "$symbols" | awk -F'|' '$3 == "U" { sub(/.*:/, "", $1); print $1 }')
	calls=$(printf '%s\n' "$undefined" | awk -v pattern="$forbidden" '$0 ~ pattern')
	[ -z "$calls" ] || complain "$archive: the firmware must not allocate:
$calls"
	calls=$(printf '%s\n' "$undefined" | awk -v pattern="$floating" '$0 ~ pattern')
	[ -z "$calls" ] || complain "$archive: the firmware must not use floating point:
$calls"
	[ $status -ne 0 ] || echo "$archive: $members functions, no writable object, no allocation, no floating point"
done
exit $status
