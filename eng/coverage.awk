# Line coverage over several Cobertura files: a line counts as covered when any of the test projects ran it.
function attribute(name,    at, rest) {
    at = index($0, " " name "=\"")
    if (at == 0) return ""
    rest = substr($0, at + length(name) + 3)
    return substr(rest, 1, index(rest, "\"") - 1)
}
# Cobertura gives file names below its own <source>, which differs from project to project.
/<source>/ { source = $0; gsub(/.*<source>|<\/source>.*/, "", source) }
/<class / { file = source attribute("filename"); match(file, /\/src\//); project = substr(file, RSTART + 5); sub(/\/.*/, "", project) }
/<line / {
    key = file ":" attribute("number")
    if (!(key in hit)) { hit[key] = 0; owner[key] = project }
    if (attribute("hits") + 0 > 0) hit[key] = 1
}
END {
    for (key in hit) { all++; covered += hit[key]; lines[owner[key]]++; ran[owner[key]] += hit[key] }
    if (all == 0) { print "Line coverage: no lines measured"; exit }
    detail = ""
    for (name in lines) detail = detail sprintf(", %s %.1f %%", name, 100 * ran[name] / lines[name])
    printf "Line coverage: %.1f %% of %d lines (%s)\n", 100 * covered / all, all, substr(detail, 3)
}
