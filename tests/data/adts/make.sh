#!/bin/sh
# Makes the AAC packets of tests/native/m4a_file.rs: a second and a half of a rising tone, which never repeats. The
# .aac files are committed, made by ffmpeg 5.1; another version may choose other bits.
set -eu
cd "$(dirname "$0")"

chirp() { # NAME RATE CHANNELS BIT_RATE
    ffmpeg -v error -y -f lavfi -i "aevalsrc='0.4*sin(2*PI*(150+900*t)*t)':s=$2:d=1.5" \
        -ac "$3" -c:a aac -b:a "$4" -flags +bitexact -fflags +bitexact -f adts "$1.aac"
}
chirp stereo-44100 44100 2 32k
chirp mono-48000 48000 1 24k

# he-aac-44100-stereo.aac and he-aac-v2-44100-stereo.aac contain tones and noise up to 22 kHz, as HE-AAC without
# signalling in ADTS. ffmpeg has no encoder for it, so they were made with Fraunhofer's FDK (the unchanged sources in
# the crate fdk-aac-sys 0.5.0), object types 5 at 32 kb/s and 29 at 24 kb/s, TRANSMUX 2.
