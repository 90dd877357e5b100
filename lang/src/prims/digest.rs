//! `std.hash`, `std.base64`, `std.hex`: digests and bytes as text.

use super::call::{Call, Out};
use super::row::row;
use crate::calc::encode::{self, Alphabet};
use crate::calc::hash::{self, Algorithm};
use crate::eval::native::Native;
use crate::value::value::Value;

pub const ROWS: &[Native] = &[
    row!(
        "hash.md5",
        "(s : String) -> String",
        "The MD5 digest in hexadecimal. It protects nothing; it only tells texts apart.",
        r#"std.hash.md5("abc")"#,
        r#""900150983cd24fb0d6963f7d28e17f72""#,
        |c| digest(c, Algorithm::Md5)
    ),
    row!(
        "hash.sha1",
        "(s : String) -> String",
        "The SHA-1 digest in hexadecimal.",
        r#"std.hash.sha1("abc")"#,
        r#""a9993e364706816aba3e25717850c26c9cd0d89d""#,
        |c| digest(c, Algorithm::Sha1)
    ),
    row!(
        "hash.sha256",
        "(s : String) -> String",
        "The SHA-256 digest in hexadecimal.",
        r#"std.hash.sha256("abc")"#,
        r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#,
        |c| digest(c, Algorithm::Sha256)
    ),
    row!(
        "hash.sha384",
        "(s : String) -> String",
        "The SHA-384 digest in hexadecimal.",
        r#"std.string.slice(std.hash.sha384("abc"), 0, 16)"#,
        r#""cb00753f45a35e8b""#,
        |c| digest(c, Algorithm::Sha384)
    ),
    row!(
        "hash.sha512",
        "(s : String) -> String",
        "The SHA-512 digest in hexadecimal.",
        r#"std.string.slice(std.hash.sha512("abc"), 0, 16)"#,
        r#""ddaf35a193617aba""#,
        |c| digest(c, Algorithm::Sha512)
    ),
    row!(
        "hash.sha3",
        "(s : String) -> String",
        "The SHA3-512 digest in hexadecimal.",
        r#"std.string.slice(std.hash.sha3("abc"), 0, 16)"#,
        r#""b751850b1a57168a""#,
        |c| digest(c, Algorithm::Sha3)
    ),
    row!(
        "hash.hmac_sha256",
        "(s : String, key : String) -> String",
        "The digest of a message under a key (HMAC with SHA-256), in hexadecimal.",
        r#"std.string.slice(std.hash.hmac_sha256("message", "key"), 0, 16)"#,
        r#""6e9ef29b75fffc5b""#,
        hmac
    ),
    row!(
        "hash.crc32",
        "(s : String) -> Int",
        "The CRC-32 check sum, as gzip has it.",
        r#"std.hash.crc32("123456789")"#,
        "3421780262",
        crc32
    ),
    row!(
        "hash.short",
        "(s : String, length : Int = 8) -> String",
        "A short name for the string, of lower-case letters and digits: the same for the same string for ever.",
        r#"std.string.length(std.hash.short("sonarr"))"#,
        "8",
        short
    ),
    row!(
        "hash.bucket",
        "(s : String, count : Int) -> Int",
        "A number below `count` for the string, spread evenly: to give each backup its own minute, for example.",
        r#"std.hash.bucket("sonarr", 60) < 60"#,
        "true",
        bucket
    ),
    row!(
        "hash.uuid",
        "(namespace : String, name : String) -> String",
        "The UUID (version 5) of a name within a namespace that is a UUID itself.",
        r#"std.hash.uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")"#,
        r#""2ed6657d-e927-568b-95e1-2665a8aea6a2""#,
        uuid
    ),
    row!(
        "base64.encode",
        "(s : String) -> String",
        "The string's bytes in base64.",
        r#"std.base64.encode("hello")"#,
        r#""aGVsbG8=""#,
        |c| to_base64(c, Alphabet::Standard)
    ),
    row!(
        "base64.decode",
        "(s : String) -> String",
        "The string whose bytes in base64 these are.",
        r#"std.base64.decode("aGVsbG8=")"#,
        r#""hello""#,
        |c| from_base64(c, Alphabet::Standard)
    ),
    row!(
        "base64.encode_bytes",
        "(bytes : [Int]) -> String",
        "The bytes in base64.",
        "std.base64.encode_bytes([251, 255])",
        r#""+/8=""#,
        encode_bytes
    ),
    row!(
        "base64.decode_bytes",
        "(s : String) -> [Int]",
        "The bytes, where they are no text.",
        r#"std.base64.decode_bytes("+/8=")"#,
        "[251,255]",
        decode_bytes
    ),
    row!(
        "base64.encode_url",
        "(s : String) -> String",
        "The string's bytes in base64 for URLs: with `-` and `_`, without `=`.",
        r#"std.base64.encode_url("a?>")"#,
        r#""YT8-""#,
        |c| to_base64(c, Alphabet::Url)
    ),
    row!(
        "base64.decode_url",
        "(s : String) -> String",
        "The string whose bytes in base64 for URLs these are.",
        r#"std.base64.decode_url("YT8-")"#,
        r#""a?>""#,
        |c| from_base64(c, Alphabet::Url)
    ),
    row!(
        "hex.encode",
        "(s : String) -> String",
        "The string's bytes in hexadecimal.",
        r#"std.hex.encode("hi")"#,
        r#""6869""#,
        to_hex
    ),
    row!(
        "hex.decode",
        "(s : String) -> String",
        "The string whose bytes in hexadecimal these are.",
        r#"std.hex.decode("6869")"#,
        r#""hi""#,
        from_hex
    ),
];

fn digest(c: &mut Call, algorithm: Algorithm) -> Out {
    let s = c.text(0)?;
    Ok(Value::text(encode::to_hex(&hash::digest(algorithm, s.as_str().as_bytes()))))
}

fn hmac(c: &mut Call) -> Out {
    let (s, key) = (c.text(0)?, c.text(1)?);
    let code = hash::hmac(Algorithm::Sha256, key.as_str().as_bytes(), s.as_str().as_bytes());
    Ok(Value::text(encode::to_hex(&code)))
}

fn crc32(c: &mut Call) -> Out {
    Ok(Value::Int(i64::from(hash::crc32(c.text(0)?.as_str().as_bytes()))))
}

fn short(c: &mut Call) -> Out {
    let s = c.text(0)?;
    let length = if c.given(1) { c.positive(1)? } else { 8 };
    if length > 40 {
        return Err(c.fail(format!("`length` must be at most 40, found {length}")));
    }
    Ok(Value::text(hash::short(s.as_str().as_bytes(), length)))
}

fn bucket(c: &mut Call) -> Out {
    let (s, count) = (c.text(0)?, c.positive(1)?);
    Ok(Value::Int((hash::number(s.as_str().as_bytes()) % count as u64) as i64))
}

fn uuid(c: &mut Call) -> Out {
    let (namespace, name) = (c.text(0)?, c.text(1)?);
    c.ok(hash::uuid(namespace.as_str(), name.as_str())).map(Value::text)
}

fn to_base64(c: &mut Call, alphabet: Alphabet) -> Out {
    Ok(Value::text(encode::to_base64(c.text(0)?.as_str().as_bytes(), alphabet)))
}

/// What decoding gave, as text.
fn decoded(c: &Call, what: &str, bytes: Result<Vec<u8>, String>) -> Out {
    let bytes = bytes.map_err(|reason| c.fail(format!("the string is not {what}: {reason}")))?;
    let text = String::from_utf8(bytes);
    text.map(Value::text).map_err(|_| c.fail("the bytes are not text in UTF-8; `std.base64.decode_bytes` gives bytes"))
}

fn from_base64(c: &mut Call, alphabet: Alphabet) -> Out {
    let s = c.text(0)?;
    decoded(c, "base64", encode::from_base64(s.as_str(), alphabet))
}

fn encode_bytes(c: &mut Call) -> Out {
    Ok(Value::text(encode::to_base64(&c.bytes(0)?, Alphabet::Standard)))
}

fn decode_bytes(c: &mut Call) -> Out {
    let s = c.text(0)?;
    let bytes = encode::from_base64(s.as_str(), Alphabet::Standard);
    let bytes = bytes.map_err(|reason| c.fail(format!("the string is not base64: {reason}")))?;
    Ok(Value::list(bytes.into_iter().map(|byte| Value::Int(i64::from(byte))).collect()))
}

fn to_hex(c: &mut Call) -> Out {
    Ok(Value::text(encode::to_hex(c.text(0)?.as_str().as_bytes())))
}

fn from_hex(c: &mut Call) -> Out {
    let s = c.text(0)?;
    decoded(c, "hexadecimal", encode::from_hex(s.as_str()))
}
