#!/usr/bin/env bash
# Makes tests/data/media: one short recording in every supported format and sample rate, and expected.json, which
# describes each file. The files are committed; this is how they were made.
#
# Needs ffmpeg with libopus, lame and vorbis-tools (Debian packages of those names).
#
# The recording lasts a quarter of a second and two samples, so it never ends with a codec's frame. It has two tone
# bursts:
#   0.5 exp(-((t - c) / 0.0005)^2) cos(2 pi 2500 (t - c)),  c = 0.05 s and 0.2 s
# The right channel is at half the level and inverted. Each surround channel has its own level, and the LFE is silent
# (WAVE's order: left, right, centre, LFE, back pair, side pair). `delay` counts the frames of encoder delay that stay
# before the recording because the file does not declare them; `padding` counts those after it. `ffmpeg` is the number
# of frames that ffmpeg decodes.
set -euo pipefail
cd "$(dirname "$0")"
rm -rf media && mkdir media && cd media
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rows=()

quiet_ffmpeg() { ffmpeg -hide_banner -loglevel error -nostdin -y "$@"; }
frames_at() { echo $(($1 / 4 + 2)); }

# master RATE CHANNELS: makes the recording as 32-bit float WAV, once.
master() {
  local out="$work/$1-$2.wav"
  if [[ ! -e $out ]]; then
    burst() { echo "$1*exp(-pow((t-$2)/0.0005\\,2))*cos(2*PI*2500*(t-$2))"; }
    local levels=(0.5 -0.25 0.4 0 0.3 -0.15 0.2 -0.1) layouts=([1]=mono [2]=stereo [6]=5.1 [8]=7.1) exprs="" level
    for level in "${levels[@]:0:$2}"; do
      exprs+="${exprs:+|}$(burst "$level" 0.05)+$(burst "$level" 0.2)"
    done
    quiet_ffmpeg -f lavfi -i "aevalsrc=exprs='$exprs':c=${layouts[$2]}:s=$1:d=0.3" -af "atrim=end_sample=$(frames_at "$1")" \
      -c:a pcm_f32le "$out"
  fi
  echo "$out"
}

# expect FILE MIME RATE CHANNELS DELAY PADDING
expect() {
  local frames=$(($(frames_at "$3") + $5 + $6)) bytes
  bytes=$(quiet_ffmpeg -i "$1" -map 0:a:0 -f f32le - | wc -c)
  rows+=("  {\"file\": \"$1\", \"mimeType\": \"$2\", \"rate\": $3, \"channels\": $4, \"frames\": $frames, \"delay\": $5, \"ffmpeg\": $((bytes / 4 / $4))}")
}

# coded FILE MIME RATE CHANNELS DELAY PADDING FFMPEG-OPTIONS...
coded() {
  quiet_ffmpeg -i "$(master "$3" "$4")" -map_metadata -1 -bitexact "${@:7}" "$1"
  expect "${@:1:6}"
}

# lamed FILE RATE CHANNELS DELAY PADDING LAME-OPTIONS...
lamed() {
  quiet_ffmpeg -i "$(master "$2" "$3")" -c:a pcm_s16le -bitexact "$work/in.wav"
  lame --silent "${@:6}" "$work/in.wav" "$1"
  expect "$1" audio/mpeg "$2" "$3" "$4" "$5"
}

# vorbis FILE RATE CHANNELS
vorbis() {
  quiet_ffmpeg -i "$(master "$2" "$3")" -c:a pcm_s16le -bitexact "$work/in.wav"
  oggenc -Q -s 1 -o "$1" "$work/in.wav"
  expect "$1" audio/ogg "$2" "$3" 0 0
}

coded pcm-u8-8000-mono.wav           audio/wav  8000 1 0 0 -c:a pcm_u8
coded pcm-s16-11025-mono.wav         audio/wav 11025 1 0 0 -c:a pcm_s16le
coded pcm-s16-44100-stereo.wav       audio/wav 44100 2 0 0 -c:a pcm_s16le
coded pcm-s24-48000-mono.wav         audio/wav 48000 1 0 0 -c:a pcm_s24le # WAVE_FORMAT_EXTENSIBLE
coded pcm-s32-16000-mono.wav         audio/wav 16000 1 0 0 -c:a pcm_s32le
coded pcm-f32-24000-stereo.wav       audio/wav 24000 2 0 0 -c:a pcm_f32le
coded alaw-8000-mono.wav             audio/wav  8000 1 0 0 -c:a pcm_alaw
coded mulaw-8000-mono.wav            audio/wav  8000 1 0 0 -c:a pcm_mulaw
coded pcm-s16-32000-stereo.aiff      audio/aiff 32000 2 0 0 -c:a pcm_s16be
coded pcm-s24-12000-mono.aiff        audio/aiff 12000 1 0 0 -c:a pcm_s24be
coded pcm-s16-44100-mono.caf         audio/x-caf 44100 1 0 0 -c:a pcm_s16le
coded alac-44100-stereo.caf          audio/x-caf 44100 2 0 0 -c:a alac -sample_fmt s16p
coded alac-44100-stereo.m4a          audio/mp4 44100 2 0 0 -c:a alac -sample_fmt s16p
coded alac-96000-mono.m4a            audio/mp4 96000 1 0 0 -c:a alac -sample_fmt s32p
coded flac-44100-stereo.flac         audio/flac 44100 2 0 0 -sample_fmt s16
coded flac-88200-mono.flac           audio/flac 88200 1 0 0 -sample_fmt s16
coded flac-96000-stereo.flac         audio/flac 96000 2 0 0 -sample_fmt s32
coded flac-192000-mono.flac          audio/flac 192000 1 0 0 -sample_fmt s16

# LAME adds 576 samples of delay and MP3 decoders 529 more. Without LAME's tag the file does not declare them.
lamed lame-cbr-44100-stereo.mp3      44100 2 0 0 -b 96 --resample 44.1
lamed lame-vbr-44100-stereo.mp3      44100 2 0 0 -V 5
lamed lame-vbr-48000-mono.mp3        48000 1 0 0 -V 5
lamed lame-cbr-22050-mono.mp3        22050 1 0 0 -b 64
lamed lame-vbr-24000-stereo.mp3      24000 2 0 0 -V 7
lamed lame-cbr-11025-mono.mp3        11025 1 0 0 -b 64 --resample 11.025
lamed lame-cbr-8000-mono.mp3          8000 1 0 0 -b 64 --resample 8
lamed lame-untagged-44100-stereo.mp3 44100 2 1105 540 -t -b 96 --resample 44.1
coded ffmpeg-44100-stereo.mp3        audio/mpeg 44100 2 0 0 -c:a libmp3lame -b:a 64k

# ffmpeg's encoder has a delay of 1,024. In MP4 an edit list declares it, in milliseconds; ADTS and LATM cannot.
coded aac-44100-stereo.m4a           audio/mp4 44100 2 0 0 -c:a aac -b:a 128k
coded aac-48000-mono-faststart.m4a   audio/mp4 48000 1 0 0 -c:a aac -b:a 96k -movflags +faststart
coded aac-24000-mono.m4a             audio/mp4 24000 1 0 0 -c:a aac -b:a 48k
coded aac-44100-stereo.aac           audio/aac 44100 2 1024 237 -c:a aac -b:a 128k
coded aac-44100-stereo.latm          audio/aac 44100 2 1024 237 -c:a aac -b:a 128k

vorbis vorbis-44100-stereo.ogg       44100 2
vorbis vorbis-48000-mono.ogg         48000 1
vorbis vorbis-22050-mono.ogg         22050 1
coded vorbis-paged-44100-stereo.ogg  audio/ogg 44100 2 0 0 -c:a libvorbis -page_duration 50000
coded vorbis-44100-stereo.webm       audio/webm 44100 2 0 557 -c:a libvorbis # no end trimming in WebM

# Opus is at 48 kHz. Ogg's pages, WebM's DiscardPadding and MP4's edit list declare its pre-skip and its end.
coded opus-48000-stereo.opus         audio/ogg 48000 2 0 0 -c:a libopus -b:a 128k
coded opus-48000-mono.opus           audio/ogg 48000 1 0 0 -c:a libopus -b:a 64k -frame_duration 60
coded opus-paged-48000-stereo.opus   audio/ogg 48000 2 0 0 -c:a libopus -b:a 128k -page_duration 50000
coded opus-48000-stereo.webm         audio/webm 48000 2 0 0 -c:a libopus -b:a 128k
coded opus-48000-stereo.mp4          audio/mp4 48000 2 0 0 -c:a libopus -b:a 128k

# Surround: every codec has its own channel order. Several hundred kb/s keep the levels accurate.
coded pcm-s16-48000-5.1.wav          audio/wav 48000 6 0 0 -c:a pcm_s16le
coded flac-48000-5.1.flac            audio/flac 48000 6 0 0 -sample_fmt s16
coded alac-48000-5.1.m4a             audio/mp4 48000 6 0 0 -c:a alac -sample_fmt s16p
coded vorbis-48000-5.1.ogg           audio/ogg 48000 6 0 0 -c:a libvorbis -q:a 8
coded opus-48000-5.1.opus            audio/ogg 48000 6 0 0 -c:a libopus -b:a 384k
coded opus-48000-7.1.webm            audio/webm 48000 8 0 0 -c:a libopus -b:a 512k

# Video: the first audio track is read.
filmed() {
  quiet_ffmpeg -f lavfi -i "color=s=32x32:r=10:d=0.3" -i "$(master "$3" "$4")" -map_metadata -1 -bitexact "${@:7}" "$1"
  expect "${@:1:6}"
}
filmed film-aac-44100-stereo.mp4     audio/mp4 44100 2 0 0 -c:v libx264 -pix_fmt yuv420p -c:a aac -b:a 128k
filmed film-opus-48000-stereo.webm   audio/webm 48000 2 0 0 -c:v libvpx -c:a libopus -b:a 128k

# Fragmented MP4 declares its start, not its end.
coded aac-fragmented-44100-stereo.mp4 audio/mp4 44100 2 0 237 -c:a aac -b:a 128k -movflags +frag_keyframe+delay_moov -frag_duration 100000

{ echo '['; printf '%s,\n' "${rows[@]}" | sed '$ s/,$//'; echo ']'; } > expected.json
