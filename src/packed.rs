//! Lists of numbers as bytes, for transfer between workers: `#[serde(with = "packed")]`.
//!
//! JavaScript would create an object for every number. The bytes have the machine's own byte order, because they
//! never leave it.

use serde::{Deserialize, Deserializer, Serializer};
use serde_bytes::ByteBuf;
use wide::bytemuck::{AnyBitPattern, NoUninit, cast_slice, pod_read_unaligned};

pub(crate) fn serialize<T: NoUninit, S: Serializer>(numbers: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(cast_slice(numbers))
}

pub(crate) fn deserialize<'de, T: AnyBitPattern, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let bytes = ByteBuf::deserialize(deserializer)?;
    Ok(bytes.chunks_exact(size_of::<T>()).map(pod_read_unaligned).collect())
}
