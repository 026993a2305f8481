#!/bin/sh
# Makes the AAC packets of tests/m4a_file.rs: a second and a half of a rising tone, each moment unlike every other.
# The .aac files are committed, and made by ffmpeg 5.1; another version may choose other bits.
set -eu
cd "$(dirname "$0")"

chirp() { # NAME RATE CHANNELS BIT_RATE
    ffmpeg -v error -y -f lavfi -i "aevalsrc='0.4*sin(2*PI*(150+900*t)*t)':s=$2:d=1.5" \
        -ac "$3" -c:a aac -b:a "$4" -flags +bitexact -fflags +bitexact -f adts "$1.aac"
}
chirp stereo-44100 44100 2 32k
chirp mono-48000 48000 1 24k
