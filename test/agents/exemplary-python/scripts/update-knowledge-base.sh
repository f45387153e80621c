#!/bin/sh
# Sends all help articles to the knowledge base, and removes those that are gone.
set -eu
tar -cz -C "$1" . | curl --fail --silent --show-error -X PUT -H "authorization: Bearer $KNOWLEDGE_TOKEN" --data-binary @- \
  'https://kb.harbour-supplies.example/articles?prune=true'
