#!/usr/bin/env bash
# Makes www/sample: a short radio play in three voices, with music, rain and a knock at the door.
#
# The result is committed, so espeak-ng, sox and ffmpeg are needed only to change the play. Each voice has its own
# recorder, so the page gets four formats, four sample rates, mono and stereo.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
out=$here/www/sample
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out" && mkdir -p "$out"

gap=0.45     # seconds between two lines
curtain=3.2  # seconds of music before the first line
coda=4       # and after the last one

# Speaks a line in a voice: speak NAME TEXT WAV
speak() {
    case $1 in
        ODETTE) espeak-ng -v en-gb-x-rp+f2 -p 46 -s 148 -w "$3" "$2" ;;
        BRAM)   espeak-ng -v en-gb-scotland+m3 -p 32 -s 160 -w "$3" "$2" ;;
        PIP)    espeak-ng -v en-us+f5 -p 88 -s 186 -w "$3" "$2" ;;
    esac
}

# Records a take with a voice's recorder: record RECORDER TAKE BEAT FILE. Adds BEAT seconds of silence at the end.
record() {
    local treated=$work/treated.wav
    case $1 in
        # Odette's desk is a little to the left.
        desk)   sox "$2" -r 44100 -c 2 "$treated" gain -n -4 remix 1v1 1v0.7 pad 0 "$3" reverb 12 30 20 ;;
        # Odette reads the letter close to the microphone.
        letter) sox "$2" -r 48000 -c 2 "$treated" gain -n -3 remix 1v0.95 1 pad 0 "$3" reverb 20 40 30 ;;
        door)   sox "$2" -r 24000 -b 16 "$treated" gain -n -4 pad 0 "$3" ;;
        glass)  sox "$2" -r 22050 -b 16 "$treated" gain -n -6 highpass 300 pad 0 "$3" ;;
    esac
    encode "$treated" "$4" 96k
}

# Encodes a file in the format of its extension: encode WAV FILE BITRATE
encode() {
    case $2 in
        *.mp3) codec=(-c:a libmp3lame -b:a "$3") ;;
        *.m4a) codec=(-c:a aac -b:a "$3" -movflags +faststart) ;;
        *.flac) codec=(-c:a flac -compression_level 12) ;;
        *.wav) codec=(-c:a pcm_s16le) ;;
    esac
    ffmpeg -nostdin -v error -y -i "$1" -map_metadata -1 -fflags +bitexact -flags:a +bitexact "${codec[@]}" "$2"
}

add() { printf '%s %s\n' "$1" "$2" | awk '{ printf "%.3f", $1 + $2 }'; }
clips=()
clip() { clips+=("$1"); }

# The lines, in order: voice, recorder, format, seconds of beat after the line, text.
now=$curtain
number=0
while IFS='|' read -r voice recorder format beat text; do
    number=$((number + 1))
    id=$(printf 'line-%02d' "$number")
    file=$(printf '%02d-%s.%s' "$number" "${voice,,}" "$format")
    speak "$voice" "$text" "$work/take.wav"
    sox "$work/take.wav" "$work/trimmed.wav" silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse pad 0.02 0.12
    record "$recorder" "$work/trimmed.wav" "$beat" "$out/$file"
    # Only the first line has an offset; each other line follows the one before.
    offset=$([ "$number" = 1 ] && echo " \"offset\": $curtain," || true)
    clip "{ \"id\": \"$id\", \"file\": \"$file\", \"voice\": \"$voice\",$offset \"text\": \"$text\" }"
    seconds=$(soxi -D "$work/treated.wav")
    # The knock happens in the beat after the line that pauses for it.
    if [ "$beat" = 1.7 ]; then knock=$(add "$now" "$(add "$seconds" -1.55)"); fi
    now=$(add "$now" "$(add "$seconds" "$gap")")
done <<'PLAY'
ODETTE|desk|mp3|0|Four hundred and ten steps. I count them every night, in case one goes missing.
PIP|glass|wav|1.7|Rain at nine. I said rain at nine. Nobody ever writes it down.
ODETTE|desk|mp3|0.3|Pip, you are a barometer. You are written on already. Who knocks at a lighthouse?
BRAM|door|flac|0|The post, ma'am. One letter. It is only slightly wet.
PIP|glass|wav|0|He, however, is entirely wet.
ODETTE|desk|mp3|0|Come up, come up. Mind the stairs. There are four hundred and ten.
BRAM|door|flac|0.8|Four hundred and nine. I counted, to keep warm.
ODETTE|desk|mp3|0.5|Nine?
PIP|glass|wav|0|I did feel something drop. I took it for the weather.
BRAM|door|flac|0.3|Perhaps the letter knows. It is addressed to the whole lighthouse.
ODETTE|letter|m4a|0.2|Dear lighthouse. I have borrowed your bottom step. My ferry had none, and I was tired of jumping.
PIP|glass|wav|0|That is fair.
ODETTE|letter|m4a|0.3|You shall have it back as soon as the sea is calm. Yours, the ferryman.
BRAM|door|flac|0|And when will the sea be calm?
PIP|glass|wav|0.4|Thursday. A quarter past four. Do write it down.
ODETTE|desk|mp3|0|Then sit, postman. Thursday is a long way off, and the kettle is near.
PLAY

# Music: four slow chords. Each note is a sine that swells and fades, slightly sharper in the right channel.
length=$(add "$now" "$coda")
chord() {
    local file=$1 notes=()
    shift
    for semitone in "$@"; do
        local note=$work/note$semitone.wav
        sox -n -r 48000 -c 2 "$note" synth 5 sine "%$semitone" sine "%$(add "$semitone" 0.04)" fade h 1.6 5 2.4
        notes+=("$note")
    done
    sox -m "${notes[@]}" "$file" gain -n -9
}
# Semitones from A above middle C: low A minor, F, C and G, each with a seventh.
chord "$work/chord-1.wav" -24 -12 -9 -5 -2
chord "$work/chord-2.wav" -28 -16 -12 -9 -5
chord "$work/chord-3.wav" -21 -14 -9 -5 2
chord "$work/chord-4.wav" -26 -14 -10 -7 -2
sox "$work/chord-1.wav" "$work/chord-2.wav" "$work/chord-3.wav" "$work/chord-4.wav" "$work/round.wav" \
    splice 5,0.8 splice 9.2,0.8 splice 13.4,0.8
sox "$work/round.wav" "$work/music.wav" repeat 5 tremolo 0.2 25 reverb 60 trim 0 "$length" fade h 2 "$length" 4 gain -n -4
encode "$work/music.wav" "$out/music.m4a" 64k
clip "{ \"id\": \"music\", \"file\": \"music.m4a\", \"voice\": \"MUSIC\", \"text\": \"Slow chords\", \"offset\": 0, \"lane\": -1, \"volumeDb\": -15 }"

# Rain on the window: filtered noise with a slow gust. The clip starts one second into the file.
sox -R -n -r 48000 -c 2 "$work/rain.wav" synth 24 pinknoise synth 24 sine amod 0.15 35 highpass 500 lowpass 6500 fade h 1.5 24 6 gain -n -8
encode "$work/rain.wav" "$out/rain.mp3" 64k
clip "{ \"id\": \"rain\", \"file\": \"rain.mp3\", \"voice\": \"EFFECT\", \"text\": \"Rain on the window\", \"offset\": 1.5, \"sourceStart\": 1, \"duration\": 23, \"lane\": 1, \"volumeDb\": -20 }"

# Three raps on an oak door: a low thud and a click of noise, in a stone stairwell.
sox -n -r 44100 "$work/thud.wav" synth 0.09 sine 150:70 fade l 0.001 0.09 0.08
sox -R -n -r 44100 "$work/click.wav" synth 0.012 brownnoise fade l 0 0.012 0.011 pad 0 0.078
sox -m "$work/thud.wav" "$work/click.wav" "$work/rap.wav" pad 0 0.17
sox "$work/rap.wav" "$work/knock.wav" repeat 2 pad 0 0.5 reverb 35 gain -n -3
encode "$work/knock.wav" "$out/knock.wav" -
clip "{ \"id\": \"knock\", \"file\": \"knock.wav\", \"voice\": \"EFFECT\", \"text\": \"Three knocks\", \"offset\": $knock, \"lane\": 2, \"volumeDb\": -4 }"

{
    printf '{\n  "name": "A Letter for the Lighthouse",\n  "gapSeconds": %s,\n  "clips": [\n' "$gap"
    printf '    %s,\n' "${clips[@]}" | sed '$ s/,$//'
    printf '  ]\n}\n'
} > "$out/project.json"
