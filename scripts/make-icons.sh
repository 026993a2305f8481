#!/usr/bin/env bash
# Renders the SVG icons as PNG with headless Chromium. The results are committed.
set -euo pipefail
cd "$(dirname "$0")/../www/icons"

draw() { # SVG SIZE PNG
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
    --window-size="$2,$2" --screenshot="$PWD/$3" "file://$PWD/$1" 2>/dev/null
}

draw icon.svg 192 icon-192.png
draw icon.svg 512 icon-512.png
draw maskable.svg 512 maskable-512.png
