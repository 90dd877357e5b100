//! Rows whose functions are written in RZP, in `stdlib/core/`. A file is loaded when the first of
//! its functions is called; the row is here so that each has its signature, page and example.

use super::call::{Call, Out};
use super::row::row;
use crate::base::symbol::Symbol;
use crate::eval::native::Native;

pub const ROWS: &[Native] = &[
    row!(
        "contract.between",
        "(least : Number, most : Number) -> fn(Any) -> Bool | String",
        "Numbers from `least` to `most`, both included.",
        "(5 : std.contract.between(1, 10))",
        "5",
        |c| written(c, "contract", "between")
    ),
    row!(
        "contract.one_of",
        "(values : [Any]) -> fn(Any) -> Bool | String",
        "Values that equal one of these; for values that are known only when the program runs.",
        r#"("udp" : std.contract.one_of(["tcp", "udp"]))"#,
        r#""udp""#,
        |c| written(c, "contract", "one_of")
    ),
    row!(
        "contract.non_empty",
        "(value : Any) -> Bool | String",
        "Strings, lists and records with something in them.",
        "([1] : std.contract.non_empty)",
        "[1]",
        |c| written(c, "contract", "non_empty")
    ),
    row!(
        "contract.min_length",
        "(n : Int) -> fn(Any) -> Bool | String",
        "Strings, lists and records of at least this length.",
        r#"("abc" : std.contract.min_length(3))"#,
        r#""abc""#,
        |c| written(c, "contract", "min_length")
    ),
    row!(
        "contract.max_length",
        "(n : Int) -> fn(Any) -> Bool | String",
        "Strings, lists and records of at most this length.",
        r#"("abc" : std.contract.max_length(3))"#,
        r#""abc""#,
        |c| written(c, "contract", "max_length")
    ),
    row!(
        "contract.unique",
        "(value : Any) -> Bool | String",
        "Lists in which no value stands twice.",
        "([80, 443] : std.contract.unique)",
        "[80,443]",
        |c| written(c, "contract", "unique")
    ),
    row!(
        "contract.unique_by",
        "(key : fn('a) -> Any) -> fn(Any) -> Bool | String",
        "Lists in which no two elements have the same key.",
        r#"([{ name = "a" }, { name = "b" }] : std.contract.unique_by(fn(x) => x.name))"#,
        r#"[{"name":"a"},{"name":"b"}]"#,
        |c| written(c, "contract", "unique_by")
    ),
    row!(
        "contract.unique_keys",
        "(names : [String]) -> fn(Any) -> Bool | String",
        "Lists of records of which no two have the same values in these fields.",
        r#"([{ name = "a" }, { name = "b" }] : std.contract.unique_keys(["name"]))"#,
        r#"[{"name":"a"},{"name":"b"}]"#,
        |c| written(c, "contract", "unique_keys")
    ),
    row!(
        "contract.not",
        "(type : Any) -> fn(Any) -> Bool | String",
        "Values that are not in a type.",
        r#"(5 : std.contract.not(String))"#,
        "5",
        |c| written(c, "contract", "not")
    ),
    row!(
        "contract.each_name",
        "(type : Any) -> fn(Any) -> Bool | String",
        "Records whose names are all in a type.",
        "({ a = 1 } : std.contract.each_name(std.contract.dns_label))",
        r#"{"a":1}"#,
        |c| written(c, "contract", "each_name")
    ),
    row!(
        "contract.multiple_of",
        "(n : Number) -> fn(Any) -> Bool | String",
        "Numbers that `n` divides.",
        "(30 : std.contract.multiple_of(15))",
        "30",
        |c| written(c, "contract", "multiple_of")
    ),
    row!(
        "contract.any_of",
        "(types : [Any]) -> fn(Any) -> Bool | String",
        "Values in one of these types or in several; where `A | B` cannot tell by the value which is meant.",
        "({ a = 1, b = 2 } : std.contract.any_of([{ a : Int, ... }, { b : Int, ... }]))",
        r#"{"a":1,"b":2}"#,
        |c| written(c, "contract", "any_of")
    ),
    row!(
        "contract.exactly_one",
        "(types : [Any]) -> fn(Any) -> Bool | String",
        "Values in one of these types and in no other.",
        "({ a = 1 } : std.contract.exactly_one([{ a : Int, ... }, { b : Int, ... }]))",
        r#"{"a":1}"#,
        |c| written(c, "contract", "exactly_one")
    ),
    row!(
        "contract.if_in",
        "(type : Any, then_in : Any, else_in : Any) -> fn(Any) -> Bool | String",
        "Values that are in `then_in` if they are in `type`, and in `else_in` if they are not.",
        r#"({ tls = true, port = 443 } : std.contract.if_in({ tls : true, ... }, { port : 443, ... }, Any))"#,
        r#"{"tls":true,"port":443}"#,
        |c| written(c, "contract", "if_in")
    ),
    row!(
        "contract.some",
        "(type : Any, least : Int, most : Int?) -> fn(Any) -> Bool | String",
        "Lists in which at least `least` elements are in a type, and at most `most` unless that is null.",
        "([1, \"a\"] : std.contract.some(Int, 1, null))",
        r#"[1,"a"]"#,
        |c| written(c, "contract", "some")
    ),
    row!(
        "contract.tuple",
        "(types : [Any], rest : Any) -> fn(Any) -> Bool | String",
        "Lists whose first elements are in these types, each in its own, and all others in `rest`.",
        "([\"a\", 1, 2] : std.contract.tuple([String], Int))",
        r#"["a",1,2]"#,
        |c| written(c, "contract", "tuple")
    ),
    row!(
        "contract.fields_like",
        "(pattern : String, type : Any) -> fn(Any) -> Bool | String",
        "Records whose fields are in a type where their names match a pattern.",
        "({ x_port = 80, name = \"a\" } : std.contract.fields_like(\"_port$\", Int))",
        r#"{"x_port":80,"name":"a"}"#,
        |c| written(c, "contract", "fields_like")
    ),
    row!(
        "contract.other_fields",
        "(names : [String], patterns : [String], type : Any) -> fn(Any) -> Bool | String",
        "Records whose fields are in a type unless they have one of these names, or match one of these patterns.",
        "({ name = \"a\", x = 1 } : std.contract.other_fields([\"name\"], [], Int))",
        r#"{"name":"a","x":1}"#,
        |c| written(c, "contract", "other_fields")
    ),
    row!(
        "contract.field_needs",
        "(name : String, type : Any) -> fn(Any) -> Bool | String",
        "Values that are in a type if they are records with a field of this name.",
        "({ tls = true, cert = \"a\" } : std.contract.field_needs(\"tls\", { cert : String, ... }))",
        r#"{"tls":true,"cert":"a"}"#,
        |c| written(c, "contract", "field_needs")
    ),
    row!("function.identity", "(x : 'a) -> 'a", "What it is given.", "std.function.identity(1)", "1", |c| written(
        c, "function", "identity"
    )),
    row!(
        "function.constant",
        "(x : 'a) -> fn(Any) -> 'a",
        "A function that always gives `x`.",
        "std.list.map([1, 2], std.function.constant(0))",
        "[0,0]",
        |c| written(c, "function", "constant")
    ),
    row!(
        "function.compose",
        "(f : fn('b) -> 'c, g : fn('a) -> 'b) -> fn('a) -> 'c",
        "The function that gives `f(g(x))`.",
        "std.function.compose(fn(x) => x * 2, fn(x) => x + 1)(3)",
        "8",
        |c| written(c, "function", "compose")
    ),
    row!(
        "function.pipe",
        "(x : Any, fs : [fn(Any) -> Any]) -> Any",
        "The value through all functions, one after the other.",
        "std.function.pipe(3, [fn(x) => x + 1, fn(x) => x * 2])",
        "8",
        |c| written(c, "function", "pipe")
    ),
    row!(
        "function.flip",
        "(f : fn('a, 'b) -> 'c) -> fn('b, 'a) -> 'c",
        "The function with its two parameters the other way round.",
        "std.function.flip(fn(a, b) => a - b)(1, 10)",
        "9",
        |c| written(c, "function", "flip")
    ),
    row!(
        "set.symmetric_difference",
        "(a : ['a], b : ['a]) -> ['a]",
        "What is in exactly one of them.",
        "std.set.symmetric_difference([1, 2], [2, 3])",
        "[1,3]",
        |c| written(c, "set", "symmetric_difference")
    ),
];

/// Calls the function of this name in a file of the library.
fn written(c: &mut Call, file: &str, name: &str) -> Out {
    let site = c.vm.site;
    let module = c.vm.load(&format!("std/core/{file}"), site)?;
    let module = c.record_of_value(&module, "the library's file")?;
    let f = c.vm.field_or_fail(&module, Symbol::new(name), site)?;
    c.vm.call(&f, c.all())
}
