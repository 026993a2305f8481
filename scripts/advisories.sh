#!/usr/bin/env bash
# Looks for known faults in what the project uses: advisories.sh
#
# Asks RustSec's database, on GitHub, and npm's registry. Neither is reachable everywhere, so CI does not depend on it.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/versions.sh

cargo deny check advisories
npm audit
