//! The formats of strings and numbers, and the types of `std/core/types` that hold them.

/// The type for a format, `Some(None)` where the kind of value says it all; `None` for one that nothing here can say.
pub fn format(name: &str) -> Option<Option<&'static str>> {
    Some(match name {
        "int32" => Some("Int32"),
        "int64" => Some("Int64"),
        "date-time" => Some("Time"),
        "uuid" => Some("Uuid"),
        "ipv4" => Some("Ipv4"),
        "ipv6" => Some("Ipv6"),
        "cidr" => Some("Network"),
        "byte" => Some("Base64"),
        "duration" => Some("Duration"),
        "float" | "double" | "int-or-string" | "string" | "password" | "binary" => None,
        _ => return None,
    })
}
