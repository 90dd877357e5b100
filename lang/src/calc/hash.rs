//! Digests, as lower-case hexadecimal text, and the short stable names made of them.

use sha2::Digest;

/// A digest by its name in the library, e.g. `Algorithm::Sha256` is `std.hash.sha256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
    Sha3,
}

/// The digest of the bytes; SHA-3 is the variant of 512 bits.
pub fn digest(algorithm: Algorithm, bytes: &[u8]) -> Vec<u8> {
    match algorithm {
        Algorithm::Md5 => md5::Md5::digest(bytes).to_vec(),
        Algorithm::Sha1 => sha1::Sha1::digest(bytes).to_vec(),
        Algorithm::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
        Algorithm::Sha384 => sha2::Sha384::digest(bytes).to_vec(),
        Algorithm::Sha512 => sha2::Sha512::digest(bytes).to_vec(),
        Algorithm::Sha3 => sha3::Sha3_512::digest(bytes).to_vec(),
    }
}

/// The digest of a message under a key (RFC 2104).
pub fn hmac(algorithm: Algorithm, key: &[u8], message: &[u8]) -> Vec<u8> {
    let block = match algorithm {
        Algorithm::Md5 | Algorithm::Sha1 | Algorithm::Sha256 => 64,
        Algorithm::Sha384 | Algorithm::Sha512 => 128,
        Algorithm::Sha3 => 72,
    };
    let mut padded = if key.len() > block { digest(algorithm, key) } else { key.to_vec() };
    padded.resize(block, 0);
    let under = |mask: u8, rest: &[u8]| {
        let mut text: Vec<u8> = padded.iter().map(|byte| byte ^ mask).collect();
        text.extend_from_slice(rest);
        digest(algorithm, &text)
    };
    under(0x5c, &under(0x36, message))
}

/// CRC-32 as in gzip and zip (IEEE 802.3).
pub fn crc32(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// The first 8 bytes of SHA-256 as a number: the same for the same bytes for ever, and spread
/// evenly, so that `number % n` puts things into n places.
pub fn number(bytes: &[u8]) -> u64 {
    digest(Algorithm::Sha256, bytes).iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Digits without vowels and without those that look alike, so that no hash spells a word and
/// each can stand in a DNS label.
const SHORT: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// A name of `length` characters (at most 40) for the bytes.
pub fn short(bytes: &[u8], length: usize) -> String {
    let digest = digest(Algorithm::Sha512, bytes);
    digest.iter().take(length).map(|byte| char::from(SHORT[usize::from(*byte) % SHORT.len()])).collect()
}

/// The UUID of version 5 that belongs to a name within a namespace, itself a UUID.
pub fn uuid(namespace: &str, name: &str) -> Result<String, String> {
    let hex: String = namespace.chars().filter(|c| *c != '-').collect();
    let bytes = super::encode::from_hex(&hex).ok().filter(|bytes| bytes.len() == 16 && is_uuid(namespace));
    let mut text = bytes.ok_or_else(|| {
        format!("`{namespace}` is not a UUID; expected one such as `6ba7b810-9dad-11d1-80b4-00c04fd430c8`")
    })?;
    text.extend_from_slice(name.as_bytes());
    let mut id = digest(Algorithm::Sha1, &text);
    id.truncate(16);
    id[6] = id[6] & 0x0f | 0x50;
    id[8] = id[8] & 0x3f | 0x80;
    let hex = super::encode::to_hex(&id);
    Ok(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}

/// Whether a text is written as a UUID, in groups of 8, 4, 4, 4 and 12 hexadecimal digits.
pub fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let hex = |group: &&str| group.bytes().all(|b| b.is_ascii_hexdigit());
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(hex)
}

#[cfg(test)]
mod tests {
    use super::super::encode::to_hex;
    use super::*;

    #[test]
    fn known_digests() {
        let hex = |algorithm| to_hex(&digest(algorithm, b"abc"));
        assert_eq!(hex(Algorithm::Md5), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex(Algorithm::Sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert!(hex(Algorithm::Sha256).starts_with("ba7816bf8f01cfea414140de5dae2223"));
        assert!(hex(Algorithm::Sha384).starts_with("cb00753f45a35e8bb5a03d699ac65007"));
        assert!(hex(Algorithm::Sha512).starts_with("ddaf35a193617abacc417349ae204131"));
        assert!(hex(Algorithm::Sha3).starts_with("b751850b1a57168a5693cd924b6b096e"));
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn keyed_and_named() {
        let mac = hmac(Algorithm::Sha256, b"key", b"The quick brown fox jumps over the lazy dog");
        assert_eq!(to_hex(&mac), "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
        let dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
        assert_eq!(uuid(dns, "www.example.com").unwrap(), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
        assert!(uuid("nonsense", "x").is_err());
        assert_eq!(short(b"sonarr", 8).len(), 8);
    }
}
