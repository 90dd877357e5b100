//! A row of the library: its parameters are read from its signature while this crate is compiled.

/// The parameters of a signature such as `(xs : ['a], n : Int = 1) -> ['a]`.
pub struct Params {
    names: [&'static str; Params::MOST],
    count: usize,
    pub required: usize,
    /// The first is of a type that its value has to be looked at for.
    pub strict: bool,
}

impl Params {
    const MOST: usize = 6;

    /// Reads the names between the outer brackets. A signature that is no function's has none.
    pub const fn read(signature: &'static str) -> Params {
        let bytes = signature.as_bytes();
        let mut params = Params { names: [""; Params::MOST], count: 0, required: 0, strict: false };
        if bytes.is_empty() || bytes[0] != b'(' {
            return params;
        }
        let (mut at, mut depth, mut optional) = (0, 0, false);
        while at < bytes.len() {
            match bytes[at] {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                b'=' if depth == 1 => optional = true,
                _ => {}
            }
            let begins = depth == 1 && (bytes[at] == b'(' || bytes[at] == b',');
            let ends = depth == 0 || depth == 1 && bytes[at] == b',';
            if ends && params.count > 0 && !optional {
                params.required = params.count;
            }
            if depth == 0 {
                break;
            }
            at += 1;
            if begins && bytes[at] != b')' {
                let name = word(signature, at);
                optional = bytes[at + spaces(bytes, at) + name.len()] == b'?';
                if params.count == 0 {
                    params.strict = !optional && is_looked_at(signature, at);
                }
                params.names[params.count] = name;
                params.count += 1;
            }
        }
        params
    }

    pub const fn names(&'static self) -> &'static [&'static str] {
        self.names.split_at(self.count).0
    }
}

/// Whether the parameter at `at` is a list, a record or a scalar.
const fn is_looked_at(signature: &'static str, at: usize) -> bool {
    let bytes = signature.as_bytes();
    let mut at = at + spaces(bytes, at) + word(signature, at).len();
    at += spaces(bytes, at);
    if bytes[at] != b':' {
        return false;
    }
    at += 1 + spaces(bytes, at + 1);
    matches!(bytes[at], b'[' | b'{' | b'S' | b'I' | b'F' | b'N' | b'B')
}

/// How many spaces stand at `at`.
const fn spaces(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while bytes[end] == b' ' {
        end += 1;
    }
    end - at
}

/// Whether a function computes its first argument before all else. Those of `std.type` do with any value; what makes a type
/// of its arguments looks at them when the type is asked.
pub const fn is_strict(name: &str, params: &Params) -> bool {
    begins(name, "type.") || params.strict && !begins(name, "contract.")
}

/// Whether a text begins with another.
const fn begins(text: &str, with: &str) -> bool {
    let (text, with) = (text.as_bytes(), with.as_bytes());
    let mut at = 0;
    while at < with.len() {
        if at >= text.len() || text[at] != with[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The word that starts at `at`, past spaces.
const fn word(text: &'static str, at: usize) -> &'static str {
    let bytes = text.as_bytes();
    let at = at + spaces(bytes, at);
    let mut end = at;
    while end < bytes.len() && (bytes[end].is_ascii_alphanumeric() || bytes[end] == b'_') {
        end += 1;
    }
    text.split_at(end).0.split_at(at).1
}

/// `row!(name, signature, doc, example, its value as JSON, function)`
macro_rules! row {
    ($name:literal, $signature:literal, $doc:literal, $example:literal, $value:literal, $run:expr $(,)?) => {{
        const PARAMS: &$crate::prims::row::Params = &$crate::prims::row::Params::read($signature);
        $crate::eval::native::Native {
            name: $name,
            signature: $signature,
            params: PARAMS.names(),
            required: PARAMS.required,
            strict: $crate::prims::row::is_strict($name, PARAMS),
            doc: $doc,
            example: ($example, $value),
            run: |vm, args| {
                let run: fn(&mut $crate::prims::call::Call) -> $crate::prims::call::Out = $run;
                run(&mut $crate::prims::call::Call::new(vm, args, PARAMS.names()))
            },
        }
    }};
}
pub(super) use row;

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn reads_signatures() {
        const SIGNATURE: &Params = &Params::read("(xs : ['a], f : fn('a, Int) -> 'b, n : Int = 1) -> ['b]");
        assert_eq!((SIGNATURE.names(), SIGNATURE.required), (&["xs", "f", "n"][..], 2));
        const NONE: &Params = &Params::read("() -> Int");
        assert_eq!((NONE.names().len(), NONE.required), (0, 0));
        const VALUE: &Params = &Params::read("fn(Any) -> Any");
        assert_eq!(VALUE.names().len(), 0);
        const SOFT: &Params = &Params::read("(n : Int?, f? : Int) -> Int");
        assert_eq!((SOFT.names(), SOFT.required), (&["n", "f"][..], 1));
        const ONE: &Params = &Params::read("(n : Int = 1) -> Int");
        assert_eq!((ONE.names(), ONE.required), (&["n"][..], 0));
    }
}
