#!/bin/sh
# Starts the canary of a version: 5 % of the traffic, see rollout.yaml.
set -eu
kubectl argo rollouts set image support-agent "agent=registry.harbour-supplies.example/support-agent:$1" -n support
