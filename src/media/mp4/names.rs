//! Names the codings for which there is no decoder.

use crate::media::MediaError;

/// Returns the error for a sample entry of this kind.
pub(super) fn unsupported(kind: [u8; 4]) -> MediaError {
    let name = match &kind {
        b"ac-3" | b"sac3" | b"AC-3" | b"ms\x20\x00" => "AC-3",
        b"ec-3" | b"EC-3" => "E-AC-3",
        b"ac-4" => "AC-4",
        b"mlpa" => "Dolby TrueHD",
        b"dtsc" | b"dtsh" | b"dtsl" | b"dtse" | b"dtsx" | b"DTS " | b"dts+" | b"dts-" | b"ms\x20\x01" => "DTS",
        b"samr" => "AMR",
        b"sawb" => "AMR-WB",
        b"sawp" => "AMR-WB+",
        b"sevc" => "EVRC",
        b"sqcp" | b"Qclp" | b"Qclq" => "QCELP",
        b"QDM2" | b"QDMC" => "QDesign Music",
        b"mha1" | b"mha2" | b"mhm1" | b"mhm2" => "MPEG-H 3D Audio",
        b"ima4" | b"ms\x00\x11" => "IMA ADPCM",
        b"ms\x00\x02" => "Microsoft ADPCM",
        b"MAC3" | b"MAC6" => "MACE",
        b"agsm" | b"GSM " | b"ms\x00\x31" | b"ms\x00\x32" => "GSM",
        b"vdva" | b"dvca" => "DV audio",
        b"spex" | b"SPXN" => "Speex",
        b"WMA " | b"wma " | b"owma" | b"ms\x01\x60" | b"ms\x01\x61" | b"ms\x01\x62" | b"ms\x01\x63" => {
            "Windows Media Audio"
        }
        b".mp1" => "MPEG layer I",
        b".mp2" | b"ms\x00\x50" => "MPEG layer II",
        b"nmos" | b"NELL" => "Nellymoser",
        b"vrbs" | b"OggV" => "Vorbis in MP4",
        b"G726" | b"g726" => "G.726",
        b"ilbc" => "iLBC",
        b"iamf" => "IAMF",
        b"enca" | b"drms" | b"aavd" | b"p608" => "a protected (encrypted) stream",
        _ => return MediaError::UnknownCode(printable(kind)),
    };
    MediaError::Unsupported(name)
}

/// Returns the error for an `mp4a` entry with this object type (the MP4 Registration Authority's list).
pub(super) fn unsupported_object(object_type: u8) -> MediaError {
    MediaError::Unsupported(match object_type {
        0xa5 => "AC-3",
        0xa6 => "E-AC-3",
        0xa9..=0xac => "DTS",
        0xae => "AC-4",
        0xdd => "Vorbis in MP4",
        0xe1 => "QCELP",
        0xd1 => "EVRC",
        _ => "an MPEG-4 stream of an unknown kind",
    })
}

/// Returns the error for MPEG-4 audio other than AAC, by its object type (ISO/IEC 14496-3, table 1.17).
pub(super) fn unsupported_audio_object(object_type: u64) -> Option<MediaError> {
    Some(MediaError::Unsupported(match object_type {
        8 => "CELP",
        9 => "HVXC",
        12..=16 => "MPEG-4 synthesis",
        24 => "CELP",
        25 => "HVXC",
        32 => "MPEG layer I",
        33 => "MPEG layer II",
        34 => "MP3 in an MPEG-4 frame",
        35 => "DST",
        36 => "MPEG-4 ALS",
        37 | 38 => "MPEG-4 SLS",
        42 => "xHE-AAC (USAC)",
        _ => return None,
    }))
}

/// Returns a four-character code in printable form.
fn printable(kind: [u8; 4]) -> String {
    let bytes = kind.iter().flat_map(|byte| std::ascii::escape_default(*byte));
    bytes.map(char::from).collect()
}
