# Compares the findings of an analyser, "path:line:column rule", with the deviations that the project has accepted.
# Usage: awk -v root=FOLDER -v tools=PATTERN -f deviations.awk deviations.txt findings
# A finding that no row allows fails, and so does a row that allows another number than was found.
function complain(text) { print text; failed = 1 }

function line_of(path, number,    text, at, file) {
	file = root "/" path
	for (at = 1; at <= number && (getline text < file) > 0; at++) { }
	close(file)
	return text
}

function trimmed(text) { gsub(/^[ \t]+|[ \t]+$/, "", text); return text }

# the deviations
FNR == NR {
	if ($0 ~ /^[ \t]*(#|$)/) next
	if (split($0, column, /[ \t]+\|[ \t]+/) != 5) { complain(FILENAME ":" FNR ": five columns are wanted"); next }
	for (i = 1; i <= 5; i++) column[i] = trimmed(column[i])
	if (column[1] !~ tools) next # of another analyser
	rows++
	rule[rows] = "^(" column[1] ")$"; path[rows] = "^(" column[2] ")$"; text[rows] = column[3]
	allowed[rows] = column[4]; place[rows] = FILENAME ":" FNR
	next
}

# the findings
{
	split($1, where, ":")
	source = line_of(where[1], where[2])
	for (row = 1; row <= rows; row++)
		if ($2 ~ rule[row] && where[1] ~ path[row] && (text[row] == "-" || source ~ text[row])) break
	if (row > rows) { complain("new: " $1 ": " $2 ": " trimmed(source)); next }
	found[row]++
	list[row] = list[row] "\n  " $1 ": " trimmed(source)
	total++
}

END {
	for (row = 1; row <= rows; row++) {
		if (allowed[row] == "any" ? !found[row] : found[row] + 0 != allowed[row])
			complain(place[row] ": " rule[row] ": " allowed[row] " allowed, " found[row] + 0 " found" list[row])
	}
	if (failed) print "change the code, or justify a deviation in tests/checks/deviations.txt"
	else print total + 0 " findings, all of them covered by " rows + 0 " justified deviations"
	exit failed
}
