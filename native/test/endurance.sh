#!/bin/sh
# A few hundred visits to a monitor, and some runs of its process: scripts/endurance has thousands.
exec sh "$(dirname "$0")/monitor.sh" endurance
