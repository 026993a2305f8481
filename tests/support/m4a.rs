//! Puts a file together from a layout, its packets and its pictures, as an export does.

use secuencia::m4a::FileLayout;

/// Returns the file. Each picture has the size that the layout's track gives it.
pub fn assembled(layout: &FileLayout, packets: &[Vec<u8>], pictures: &[Vec<u8>]) -> Vec<u8> {
    let sizes: Vec<u16> = packets.iter().map(|packet| packet.len() as u16).collect();
    let header = layout.header(&sizes).unwrap();
    let reserved = layout.reserved_len() as usize;
    let mut file = vec![0; reserved];
    file.extend(layout.lead());
    for part in packets.chunks(layout.packets_per_part()) {
        let bytes: usize = part.iter().map(Vec::len).sum();
        file.extend(layout.part_start(bytes as u64));
        file.extend(part.iter().flatten());
    }
    file.extend(layout.pictures_start());
    file.extend(pictures.iter().flatten());
    if reserved > 0 {
        file[..reserved].copy_from_slice(&header);
    } else {
        file.extend(header);
    }
    let packet_bytes = sizes.iter().map(|&size| u64::from(size)).sum();
    assert_eq!(file.len() as u64, layout.file_len(packet_bytes));
    file
}
