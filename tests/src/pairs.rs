//! Random types with values that are in them, nearly in them or not in them at all, as text, and random
//! ways for a value to reach an annotation.
//!
//! Everything is drawn from one number, so that a case can be had again from its seed.

use std::fmt::Write;

/// A small generator of random numbers (xorshift64*).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn below(&mut self, sides: usize) -> usize {
        (self.next() % sides as u64) as usize
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// A type that can be written down, and whose values can be made up.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A type of one word or a constraint, and values of it.
    Plain(&'static str, &'static [&'static str]),
    Union(Vec<Shape>),
    Nullable(Box<Shape>),
    List(Box<Shape>),
    /// Fields with whether they are optional; whether others may be there.
    Record(Vec<(&'static str, bool, Shape)>, bool),
    Dictionary(Box<Shape>),
    Function(Box<Shape>, Box<Shape>),
}

const PLAIN: &[(&str, &[&str])] = &[
    ("Any", &["1", "\"a\"", "null", "{ a = 1 }"]),
    ("Int", &["0", "-7", "80", "170141183460469231731687303715884105728", "(2 + 3)", "(7 // 2)"]),
    ("Float", &["0.5", "-1.5", "1.0", "(1.5 + 1)"]),
    ("Number", &["3", "2.5", "(6 / 2)", "(1 + 1)"]),
    ("String", &["\"\"", "\"web\"", "\"a\\(1)\"", "(\"a\" ++ \"b\")"]),
    ("Bool", &["true", "false", "(1 < 2)", "(!true)"]),
    ("Null", &["null"]),
    ("\"dev\"", &["\"dev\""]),
    ("\"prod\"", &["\"prod\""]),
    ("3", &["3"]),
    ("true", &["true"]),
    ("(Int & >=0)", &["0", "5"]),
    ("(Int & >=1 & <=65535)", &["1", "8080", "65535"]),
    ("(Int & >-3 & <3)", &["-2", "0", "2"]),
    (">=10", &["10", "11.5"]),
    ("(String & =~\"^[a-z]+$\")", &["\"abc\"", "\"z\""]),
    ("(Number & <=1)", &["1", "0.5"]),
    ("(String & !~\"x\")", &["\"abc\""]),
    ("(fn(x) => x != null)", &["1", "\"a\"", "[1]"]),
    ("(fn(x) => if x == 1 then true else \"only one\")", &["1"]),
];

const NAMES: &[&str] = &["a", "b", "c"];

impl Shape {
    pub fn random(dice: &mut Dice, depth: u32) -> Shape {
        let inner = |dice: &mut Dice| Box::new(Shape::random(dice, depth - 1));
        let kind = if depth == 0 { 0 } else { dice.below(12) };
        match kind {
            6 => Shape::Union((0..2 + dice.below(2)).map(|_| Shape::random(dice, depth - 1)).collect()),
            7 => Shape::Nullable(inner(dice)),
            8 => Shape::List(inner(dice)),
            9 => {
                let mut fields = Vec::new();
                for name in &NAMES[..1 + dice.below(3)] {
                    fields.push((*name, dice.one_in(4), Shape::random(dice, depth - 1)));
                }
                Shape::Record(fields, dice.one_in(4))
            }
            10 => Shape::Dictionary(inner(dice)),
            11 => Shape::Function(inner(dice), inner(dice)),
            _ => {
                let (text, values) = PLAIN[dice.below(PLAIN.len())];
                Shape::Plain(text, values)
            }
        }
    }

    pub fn text(&self) -> String {
        match self {
            Shape::Plain(text, _) => (*text).to_owned(),
            Shape::Union(members) => {
                let members: Vec<String> = members.iter().map(Shape::text).collect();
                format!("({})", members.join(" | "))
            }
            Shape::Nullable(inner) => format!("({})?", inner.text()),
            Shape::List(inner) => format!("[{}]", inner.text()),
            Shape::Record(fields, open) => {
                let mut text = String::from("{ ");
                for (name, optional, of) in fields {
                    let _ = write!(text, "{name}{} : {}, ", if *optional { "?" } else { "" }, of.text());
                }
                text + if *open { "... }" } else { "}" }
            }
            Shape::Dictionary(inner) => format!("{{ [String] : {} }}", inner.text()),
            Shape::Function(argument, result) => format!("(fn({}) -> {})", argument.text(), result.text()),
        }
    }

    /// A value of the type; now and then a part of it is something else.
    pub fn value(&self, dice: &mut Dice, wrong: usize) -> String {
        if dice.one_in(wrong) {
            return Shape::random(dice, 1).value(dice, usize::MAX);
        }
        match self {
            Shape::Plain(_, values) => dice.pick(values).to_owned(),
            Shape::Union(members) => members[dice.below(members.len())].value(dice, wrong),
            Shape::Nullable(_) if dice.one_in(3) => "null".to_owned(),
            Shape::Nullable(inner) => inner.value(dice, wrong),
            Shape::List(inner) => {
                let items: Vec<String> = (0..dice.below(3)).map(|_| inner.value(dice, wrong)).collect();
                format!("[{}]", items.join(", "))
            }
            Shape::Record(fields, open) => {
                let mut text = String::from("{ ");
                for (name, optional, of) in fields {
                    let left_out = *optional && dice.one_in(2) || dice.one_in(2 * wrong.min(1000));
                    if !left_out {
                        let class = dice.pick(&["", "", "", "default ", "force "]);
                        let _ = write!(text, "{class}{name} = {}, ", of.value(dice, wrong));
                    }
                }
                text + if *open && dice.one_in(2) { "d = 1 }" } else { "}" }
            }
            Shape::Dictionary(inner) => {
                let mut text = String::from("{ ");
                for name in &NAMES[..dice.below(3)] {
                    let _ = write!(text, "{name} = {}, ", inner.value(dice, wrong));
                }
                text + "}"
            }
            Shape::Function(_, result) => format!("(fn(x) => {})", result.value(dice, wrong)),
        }
    }

    /// What the result of an expression of this type is to be applied to, so that it can be written out.
    fn call(&self, dice: &mut Dice) -> String {
        match self {
            Shape::Function(argument, _) => format!("({})", argument.value(dice, 12)),
            _ => String::new(),
        }
    }
}

/// One case: an expression with an annotation, and the same without.
#[derive(Debug, Clone)]
pub struct Pair {
    pub text: String,
    /// Where the annotation begins in the text, and ends.
    pub annotation: (usize, usize),
    pub plain: String,
    /// The expression with its annotation twice.
    pub twice: String,
    /// Whether a run surely meets all that the checker looks at.
    pub straight: bool,
    /// Whether another definition may take the place of the value under the annotation.
    pub replaced: bool,
    /// Whether functions are in the type. The ones here do not read what they are given: it may be wrong.
    pub functions: bool,
}

/// How a value comes to an annotation: with it, and without. `V` is the value, `W` another one, `U` another type, and
/// `‹T›` the annotation; what begins with `?` has parts that a run need not meet,
/// in what begins with `!` another definition may take the value's place.
const WAYS: &[(&str, &str)] = &[
    ("(V : ‹T›)", "V"),
    ("(V : ‹T›)", "V"),
    ("(let t = T; (V : ‹t›))", "V"),
    ("(let x = V; (x : ‹T›))", "V"),
    ("(let x : ‹T› = V; x)", "V"),
    ("(let t = T; let x : t = V; (x : ‹t›))", "(let t = T; let x : t = V; x)"),
    ("{ f : ‹T› = V }.f", "V"),
    ("(let f() -> ‹T› = V; f())", "V"),
    ("?((if 1 < 2 then V else W) : ‹T›)", "V"),
    ("({ a = V }.a : ‹T›)", "V"),
    ("?([V, W][0] : ‹T›)", "V"),
    ("((fn(x) => x)(V) : ‹T›)", "V"),
    ("((let g(x : U) = x; g(V)) : ‹T›)", "(let g(x : U) = x; g(V))"),
    ("({ a : ‹T› = V, b = 1 } & { c = 2 }).a", "V"),
    ("!({ a : ‹T› = V } with { a = W }).a", "({ a = V } with { a = W }).a"),
    ("!({ default a : ‹T› = V } & { a = W }).a", "({ default a = V } & { a = W }).a"),
    ("!({ force a : ‹T› = V } with { a = W }).a", "({ force a = V } with { a = W }).a"),
    ("?((W ?? V) : ‹T›)", "(W ?? V)"),
    ("({ ...{ b = 1 }, a = V }.a : ‹T›)", "V"),
    ("({ ...(let f(x) = x; f({ force a = W })), a = V } : ‹{ a : T }›).a", "({ ...{ force a = W }, a = V }).a"),
    ("({ default a = V, for k in [\"a\"] { \"\\(k)\" = W } }.a : ‹T›)", "({ default a = V } & { a = W }).a"),
    ("?([x for x in [V, W]] : ‹[T]›)", "[V, W]"),
    ("?((match { 1 => W, x => x })(V) : ‹T›)", "(match { 1 => W, x => x })(V)"),
    ("({ a? : ‹T› = V } with { a = W }).a", "({ a? = V } with { a = W }).a"),
    ("({ [String] : Any = V, a = W }.a : ‹T›)", "({ [String] : Any = V, a = W }).a"),
    ("?{ a : U = V, b = (self.a : ‹T›) }.b", "{ a : U = V, b = self.a }.b"),
    ("?({ a = V, b = (self.a : ‹T›) } with { a = W }).b", "({ a = V, b = self.a } with { a = W }).b"),
    ("?({ a = V, b : ‹T› = self.a } & { c = 1 }).b", "V"),
    ("(let f(r) = r.a; (f({ a = V }) : ‹T›))", "V"),
    ("(std.list.map([V], fn(x) => x)[0] : ‹T›)", "V"),
    ("!(let s = schema { a : ‹T› }; (s with { a = V }).a)", "V"),
    (
        "(let f(g : fn(Any) -> U) = (g([V]) : ‹T›); f(std.list.last))",
        "(let f(g : fn(Any) -> U) = g([V]); f(std.list.last))",
    ),
    ("?({ a = V, if 1 > 2 { b = W } } : ‹{ a : T, b? : T }›).a", "V"),
    ("(let [x, y] = [V, W]; (x : ‹T›))", "V"),
    ("(let { a } = { a = V }; (a : ‹T›))", "V"),
    ("({ let x = V, a = (x : ‹T›) }.a)", "V"),
    ("((V : U) : ‹T›)", "(V : U)"),
    ("(let x : U = V; (x : ‹T›))", "(let x : U = V; x)"),
    ("([V] : [U] )[0] |> (fn(x) => (x : ‹T›))", "([V] : [U])[0]"),
    ("(let f : fn(U) -> Any = fn(x) => (x : ‹T›); f(V))", "(let f : fn(U) -> Any = fn(x) => x; f(V))"),
    ("({ f : fn(U) -> Any = fn(x) => (x : ‹T›) } & { b = 1 }).f(V)", "({ f : fn(U) -> Any = fn(x) => x }).f(V)"),
    ("?((match { \"dev\" => W, null => W, x => x })(V) : ‹T›)", "(match { \"dev\" => W, null => W, x => x })(V)"),
    ("?(let f(x, y = W) = if x == 0 then y else x; (f(V) : ‹T›))", "(let f(x, y = W) = if x == 0 then y else x; f(V))"),
];

/// Ways that only records can go.
const RECORD_WAYS: &[(&str, &str)] = &[
    ("((V with W) : ‹T›)", "(V with W)"),
    ("((V & W) : ‹T›)", "(V & W)"),
    ("({ ...V, ...W } : ‹T›)", "{ ...V, ...W }"),
    ("((V & { d = 1 }) : ‹T›)", "(V & { d = 1 })"),
    ("((V with { a = absent }) : ‹T›)", "(V with { a = absent })"),
    ("({ a : U, ...V } : ‹T›)", "{ a : U, ...V }"),
    ("?({ if 1 > 2 { ...V }, ...W } : ‹T›)", "{ ...W }"),
    ("?({ if 1 > 2 { a = V }, a = W } : ‹{ a : T }›).a", "W"),
    ("({ for n in [1] { ...V } } : ‹T›)", "V"),
];

impl Pair {
    pub fn random(seed: u64) -> Pair {
        let dice = &mut Dice::new(seed);
        let (of, other) = (Shape::random(dice, 3), Shape::random(dice, 1));
        let (value, mut second) = (of.value(dice, 12), of.value(dice, 6));
        let record = matches!(of, Shape::Record(..) | Shape::Dictionary(_)) && value.starts_with('{');
        let (way, plain) = if record && dice.one_in(2) {
            if !second.starts_with('{') {
                second = "{ b = 1 }".to_owned();
            }
            RECORD_WAYS[dice.below(RECORD_WAYS.len())]
        } else {
            WAYS[dice.below(WAYS.len())]
        };
        let call = of.call(dice);
        let fill = |way: &str| -> String {
            way.chars()
                .map(|sign| match sign {
                    'V' => value.clone(),
                    'W' => second.clone(),
                    'U' => other.text(),
                    'T' => of.text(),
                    sign => sign.to_string(),
                })
                .collect()
        };
        let (straight, replaced) = (!way.starts_with('?'), way.starts_with('!'));
        let body = way.trim_start_matches(['?', '!']);
        let (before, rest) = body.split_once('‹').unwrap_or((body, "›"));
        let (mark, after) = rest.split_once('›').unwrap_or((rest, ""));
        let mut text = fill(before);
        let start = text.len();
        text += &fill(mark);
        let annotation = (start, text.len());
        text += &fill(after);
        let functions = of.text().contains("->");
        // A list of the values is judged by a list of the type.
        let again = if mark.starts_with('[') { format!("[{}]", of.text()) } else { of.text() };
        let twice = format!("(({text}) : {again}){call}");
        Pair { text: text + &call, annotation, plain: fill(plain) + &call, twice, straight, replaced, functions }
    }
}
