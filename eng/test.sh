#!/bin/sh
# Everything that a change has to pass; called by `./dag test`. The last line is the sum over all test projects.
set -u
cd "$(dirname "$0")/.." || exit 1
dotnet=${DOTNET:-dotnet}
results=artifacts/test
rm -rf "$results"
mkdir -p "$results"

step() {
    echo "== $1"
    shift
    "$@" || { echo "== failed: $*" >&2; echo "0 passed, 1 failed"; exit 1; }
}

step "restore, as locked" "$dotnet" restore Dag.sln --locked-mode -v q
# Whitespace only: styles and analyzers are errors of the build already, and take a minute here.
step "format" "$dotnet" format whitespace Dag.sln --verify-no-changes --no-restore
step "build, warnings as errors" "$dotnet" build Dag.sln -c Release --no-restore -v q --nologo

# Tests start child processes from copies, which coverage does not instrument: some of them are killed.
DAG_TEST_PROGRAMS=$PWD/artifacts/programs
export DAG_TEST_PROGRAMS
rm -rf "$DAG_TEST_PROGRAMS"
mkdir -p "$DAG_TEST_PROGRAMS"
for project in tests/*.Tests; do
    cp -R "$project/bin/Release/net10.0" "$DAG_TEST_PROGRAMS/$(basename "$project")"
done

# Coverage reads the assemblies that it instruments, and finds those of ASP.NET, whose attributes they bear, only beside them.
aspnet=$("$dotnet" --list-runtimes | sed -n 's/^Microsoft\.AspNetCore\.App \(10\.[^ ]*\) \[\(.*\)\]/\2\/\1/p' | tail -n 1)
for assembly in "$aspnet"/*.dll; do
    for output in tests/*.Tests/bin/Release/net10.0; do
        [ -e "$output/${assembly##*/}" ] || cp "$assembly" "$output/"
    done
done

passed=0 failed=0 skipped=0
for project in tests/*.Tests; do
    name=$(basename "$project")
    log=$results/$name.log
    echo "== $name"
    "$dotnet" test "$project" -c Release --no-build --nologo --results-directory "$results/$name" \
        --settings eng/coverage.runsettings --collect "XPlat Code Coverage" \
        --blame-hang --blame-hang-timeout 10m --blame-hang-dump-type none >"$log" 2>&1
    status=$?
    # "Failed!  - Failed:     1, Passed:    41, Skipped:     0, Total:    42, Duration: 3 s - X.dll (net10.0)"
    summary=$(sed -n 's/^[A-Za-z]*! *- Failed: *\([0-9]*\), Passed: *\([0-9]*\), Skipped: *\([0-9]*\).*/\1 \2 \3/p' "$log" | tail -n 1)
    # shellcheck disable=SC2086 # three numbers
    set -- ${summary:-0 0 0}
    failed=$((failed + $1)) passed=$((passed + $2)) skipped=$((skipped + $3))
    if [ "$status" -ne 0 ] && [ "$1" -eq 0 ]; then
        echo "$name ended with exit code $status, not with a test's failure"
        failed=$((failed + 1))
    fi
    if [ "$status" -ne 0 ]; then cat "$log"; else grep -E "^[A-Z][a-z]+! +-" "$log"; fi
done

find "$results" -name coverage.cobertura.xml -exec awk -f eng/coverage.awk {} +
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
