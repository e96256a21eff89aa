#!/bin/sh
# Makes the namespace and the two search attributes that placements are found by, where they are missing.
# TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are read by the tool itself.
set -eu

# Tries a command until it works, for a minute: the server takes a while to answer, and some ten seconds more to
# know a namespace that was just made.
patiently() {
    tries=30
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        if [ "$tries" -eq 0 ]; then
            "$@" # once more, to say what is wrong; its failure ends the script
            return
        fi
        sleep 2
    done
}

attribute() {
    # Naming one again that is there is no error.
    patiently temporal operator search-attribute create --name "$1" --type "$2"
}

patiently temporal operator cluster health
# Retention is how long Temporal shows a workflow after it has ended; the record itself is kept by PostgreSQL.
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 720h
attribute PlacementStage Keyword
attribute PlacementNextDeadline Datetime
