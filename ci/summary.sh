#!/bin/sh
# Writes the counts of a JUnit report to the step summary of the CI run.
# usage: ci/summary.sh REPORT
set -eu
report=$1
out=${GITHUB_STEP_SUMMARY:-/dev/stdout}

if [ ! -s "$report" ]; then
    echo "No case ran: there is no \`$report\`." >> "$out"
    exit 0
fi
count() {
    sed -n "s/.*<testsuites[^>]* $1=\"\([0-9.]*\)\".*/\1/p" "$report" | head -n 1
}
{
    echo "| cases | failed | errors | seconds |"
    echo "|---|---|---|---|"
    echo "| $(count tests) | $(count failures) | $(count errors) | $(count time) |"
    echo
    sed -n 's/.*<testcase name="\([^"]*\)".*/\1/p; /<failure\|<error/s/.*/FAILED/p' "$report" |
        awk '$0 == "FAILED" { print "- failed: `" last "`" } { last = $0 }'
} >> "$out"
